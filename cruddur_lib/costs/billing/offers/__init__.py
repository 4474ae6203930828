"""AWS's public price list: fetch it, find the prices of our items in it, and store them in a file.

Nothing is fetched unless the user asks for it. The tests cannot fetch AWS's files, so they use
small files of the same format.
"""
