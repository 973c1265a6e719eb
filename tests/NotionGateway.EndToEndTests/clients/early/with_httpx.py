# The same with httpx; after RUNS may stand "http2", spoken without an upgrade.
import sys
import httpx

url, key, kind, length, framing, runs, *protocol = sys.argv[1:]
data, http2 = bytes(int(length)), protocol == ["http2"]
head = {"Authorization": "Bearer " + key, "Content-Type": kind}
with httpx.Client(http1=not http2, http2=http2, timeout=10) as client:
    for _ in range(int(runs)):
        pieces = (data[i : i + 65536] for i in range(0, len(data), 65536))
        try:
            print(client.post(url, content=pieces if framing == "chunked" else data, headers=head).status_code)
        except Exception as error:
            print(repr(error))
