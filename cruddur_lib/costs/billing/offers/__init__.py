"""AWS's public price list: fetch it, find the prices of our items in it, and keep them in a file.

Only what the user asks for is fetched. The files of AWS could not be fetched where this is tested:
tests use small files of the same shape.
"""
