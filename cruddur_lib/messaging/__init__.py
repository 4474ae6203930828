"""Cruddur's direct messages on DynamoDB: the system under study. It knows nothing of costs."""
