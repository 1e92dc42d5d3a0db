def sectors():
    return []
