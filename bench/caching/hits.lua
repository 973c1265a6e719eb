-- The same read again and again; the summary comes out as one line that the program can read.
wrk.method = "GET"
wrk.headers["Authorization"] = "Bearer " .. (os.getenv("BENCH_KEY") or "")
wrk.headers["Notion-Version"] = "2025-09-03"
if os.getenv("BENCH_CACHE_CONTROL") then wrk.headers["Cache-Control"] = os.getenv("BENCH_CACHE_CONTROL") end

done = function(summary, latency)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %.1f %.3f %.3f %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000, bad))
end
