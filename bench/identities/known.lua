-- A known caller: five connections, each of which sends a request, reads the response and waits 100 ms. The times do not include the wait.
wrk.method = "GET"
wrk.path = "/v1/users/me"
wrk.headers["Authorization"] = "Bearer " .. os.getenv("BENCH_KEY")

function delay()
  return 100
end

done = function(summary, latency)
  local errors = summary.errors
  local other = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format('RESULT {"p99":%.3f,"asked":%d,"other":%d}\n',
    latency:percentile(99) / 1000, summary.requests + errors.connect + errors.timeout, other))
end
