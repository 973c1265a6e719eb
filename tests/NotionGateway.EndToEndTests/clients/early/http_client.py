# The same with Python's own http.client.
import http.client
import sys
from urllib.parse import urlparse

url, key, kind, length, framing, runs = sys.argv[1:]
where, data = urlparse(url), bytes(int(length))
head = {"Authorization": "Bearer " + key, "Content-Type": kind}
for _ in range(int(runs)):
    try:
        to = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
        if framing == "chunked":
            pieces = (data[i : i + 65536] for i in range(0, len(data), 65536))
            to.request("POST", where.path, pieces, {**head, "Transfer-Encoding": "chunked"}, encode_chunked=True)
        else:
            to.request("POST", where.path, data, head)
        answer = to.getresponse()
        answer.read()
        print(answer.status)
    except Exception as error:
        print(repr(error))
