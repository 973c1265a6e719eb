-- One question to the shared budget of a connection. It first notes what the asker has sent and given back, then gives a permit or says when to ask again.
-- KEYS: 1 state (hash), 2 log (zset: permit -> time from which it counts), 3 bids (hash: replica -> "order end callers"), 4 finish tags (zset by caller)
-- ARGV: 1 replica, 2 permit, 3 permits per microsecond, 4 burst, 5 window limit, 6 span, 7 hold, 8 valid until, 9 born, 10 questions seen,
--       11 pause for, 12 number of sends, 13 of returns, 14 of callers, 15 epoch; then (permit, age) each send, permit each return, (caller, cost) each caller
-- Answer: status (0 wait, 1 given, 2 state is new, 3 state went back, 4 question too old), number of the caller, wait, count, born, pause left,
--         questions, now, millionths of permits in the bucket. All times are microseconds of the server's clock, all waits lengths.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

-- tostring() would round a time in microseconds.
local function whole(number) return string.format('%.0f', number) end

local replica, permit = ARGV[1], ARGV[2]
local rate, burst, limit = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local span, hold = tonumber(ARGV[6]), tonumber(ARGV[7])

local state = redis.call('HMGET', KEYS[1], 'tokens', 'filled', 'bursts', 'paused', 'virtual', 'born', 'questions', 'used')
local tokens, filled, bursts = tonumber(state[1]), tonumber(state[2]), tonumber(state[3])
local paused, virtual, born, questions = tonumber(state[4]), tonumber(state[5]), state[6], tonumber(state[7])
if not born then
  -- A connection that nobody has used for a while may begin with a burst, unless the store itself is that young and may have forgotten.
  bursts = tonumber(ARGV[15]) + span
  tokens, filled, paused, virtual, born, questions = now < bursts and 1 or burst, now, 0, 0, whole(now), 0
end

local function answer(status, caller, wait, count)
  return { status, caller, math.ceil(wait), count, tonumber(born), math.max(0, paused - now), questions, now, math.floor(tokens * 1000000) }
end

local function save()
  redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'filled', whole(filled), 'bursts', whole(bursts), 'paused', whole(paused),
    'virtual', whole(virtual), 'born', born, 'questions', whole(questions), 'used', whole(now))
  -- A state that is forgotten before its pause ends would begin with a burst.
  local lifetime = math.ceil(math.max(span + hold, paused + span - now) / 1000) + 1000
  for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], lifetime) end
end

-- The state was in use at a later time, so the clock went back, and times ahead of it mean nothing any more: the state is made anew. A send counts from
-- now unless its replica tells its age.
if (tonumber(state[8]) or 0) > now + 500000 then
  for _, entry in ipairs(redis.call('ZRANGE', KEYS[2], whole(now + hold), '+inf', 'BYSCORE')) do redis.call('ZADD', KEYS[2], whole(now), entry) end
  redis.call('PEXPIRE', KEYS[1], 0)
  return answer(2, 0, 0, 0)
end

-- A question that lay in a socket while the server stood still is from a replica that has given up waiting since.
if now > tonumber(ARGV[8]) then return answer(4, 0, 0, 0) end

-- The asker has used a state that is gone, or one that was further than this one: it must first say what it has sent.
if ARGV[9] ~= '0' and ARGV[9] ~= born then return answer(2, 0, 0, 0) end
if ARGV[9] ~= '0' and tonumber(ARGV[10]) > questions then return answer(3, 0, 0, 0) end
questions = questions + 1

-- The bucket and the log as of now. While the log is what binds, the bucket does not fill beyond the one permit that waits for it.
local count = redis.call('ZCARD', KEYS[2])
local function room(ahead)
  local leaver = count + ahead - limit
  if leaver < 0 then return 0 end
  local entry = redis.call('ZRANGE', KEYS[2], whole(leaver), whole(leaver), 'WITHSCORES')
  -- A permit that is not used yet counts from a time to come, and is likely to be used, or given back, long before.
  return entry[2] and math.min(tonumber(entry[2]), now) + span or now + span
end

-- Without bursts the bucket holds a little more than one permit, so that a replica that asks a moment late loses nothing.
local single = 1 + rate * 50000
local capacity = now < bursts and single or burst
tokens = math.min(tokens, math.max(burst, single))
if now > filled then
  local free = room(0)
  if free > filled then
    local till = math.min(free, now)
    tokens = math.max(tokens, math.min(tokens + (till - filled) * rate, 1))
    filled = till
  end
  tokens = math.min(tokens + (now - filled) * rate, math.max(tokens, capacity))
  filled = now
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', whole(now - span))

-- Notes. A send counts from when it was made; one that had no permit here is paid now.
local at = 16 + 2 * ARGV[12]
for _ = 1, tonumber(ARGV[13]) do
  if redis.call('ZREM', KEYS[2], ARGV[at]) == 1 then tokens = math.min(tokens + 1, math.max(tokens, capacity)) end
  at = at + 1
end
for i = 16, 14 + 2 * ARGV[12], 2 do
  tokens = tokens - redis.call('ZADD', KEYS[2], whole(now - ARGV[i + 1]), ARGV[i])
end
count = redis.call('ZCARD', KEYS[2])
if tonumber(ARGV[11]) > 0 and now + ARGV[11] > paused then
  paused = now + ARGV[11]
  tokens, filled, bursts = 0, paused, paused + span
end

local callers = tonumber(ARGV[14])
if callers == 0 then
  redis.call('HDEL', KEYS[3], replica)
  save()
  return answer(0, 0, 0, count)
end

-- Everybody who waits on any replica, judged by the finish tags as they are now: start-time fair queueing.
local names, order, others = {}, nil, {}
for i = 1, callers do names[i] = ARGV[at + 2 * (i - 1)] end
local own = table.concat(names, ' ')
local bids = redis.call('HGETALL', KEYS[3])
for i = 1, #bids, 2 do
  local since, ends, list = string.match(bids[i + 1], '(%S+) (%S+) (.*)')
  if bids[i] == replica then
    order = tonumber(since)
  elseif tonumber(ends) <= now or tonumber(ends) > now + span + hold then
    redis.call('HDEL', KEYS[3], bids[i])
  else
    local bid = { order = tonumber(since), ends = tonumber(ends), first = #names + 1 }
    for name in string.gmatch(list, '%S+') do names[#names + 1] = name end
    bid.last = #names
    others[#others + 1] = bid
  end
end
order = order or questions
local finish = redis.call('ZMSCORE', KEYS[4], unpack(names))
local function least(first, last)
  local tag, which
  for i = first, last do
    local start = math.max(virtual, tonumber(finish[i] or '0') or 0)
    if not tag or start < tag then tag, which = start, i end
  end
  return tag, which
end

local tag, who = least(1, callers)
local before, ends = 0, now
for _, bid in ipairs(others) do
  local other = least(bid.first, bid.last)
  if other < tag or (other == tag and bid.order < order) then before, ends = before + 1, math.max(ends, bid.ends) end
end

local function due(ahead)
  local missing = ahead + 1 - tokens
  return math.max(missing <= 0.000001 and now or math.max(now, filled) + math.ceil(missing / rate), room(ahead), paused)
end

if due(before) <= now then
  tokens, count, virtual = tokens - 1, count + 1, tag
  redis.call('ZADD', KEYS[2], whole(now + hold), permit)
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', whole(virtual))
  redis.call('ZADD', KEYS[4], whole(tag + ARGV[at + 2 * who - 1]), names[who])
  redis.call('HDEL', KEYS[3], replica)
  save()
  return answer(1, who, 0, count)
end

-- All come when the next permit is due: by then the order may be another. One that was expected and does not come loses its place.
local next = due(0)
if next <= now then next = math.min(due(before), ends) end
redis.call('HSET', KEYS[3], replica, whole(order) .. ' ' .. whole(next + 100000) .. ' ' .. own)
save()
return answer(0, 0, next - now, count)
