-- A replica's sign of life, and what all replicas tell each other: who is there, and the pauses that Notion asked for.
-- KEYS: 1 replicas (zset: replica -> last beat), 2 pauses (hash: what -> until), 3 epoch
-- ARGV: 1 replica, 2 what for (look: only ask, alone: be counted as silent, join: be counted, leave), 3 valid until, 4 how long a silent replica is remembered,
--       5 the epoch that the replica has told its sends in, 6 raise (1: every replica must tell its sends again), then (what, for so long) each pause
-- Answer: now, epoch, whether the replica is counted, number of replicas, their silence each, then (what, time left) each pause.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function whole(number) return string.format('%.0f', number) end
local replica, purpose, keep = ARGV[1], ARGV[2], tonumber(ARGV[4])

local valid = now <= tonumber(ARGV[3])
local epoch = redis.call('GET', KEYS[3])

-- The replica has heard a later time, so the clock went back (as in take.lua): pauses would last for as long as it went back.
local back = now < tonumber(ARGV[3]) - 3500000
if back then redis.call('PEXPIRE', KEYS[2], 0) end

-- Nobody has joined or stayed for a while: all may have been cut off and use their own parts of the limit, so this is a new beginning.
local newest = redis.call('ZRANGE', KEYS[1], '-1', '-1', 'WITHSCORES')[2]
local deserted = epoch and now - epoch > 3000000 and (not newest or now - newest > 3000000)
if not epoch or back or deserted then
  epoch = whole(now)
elseif ARGV[6] == '1' then
  epoch = whole(math.max(now, epoch + 1))
end
redis.call('SET', KEYS[3], epoch, 'PX', whole(math.ceil(keep / 1000)))

local longest = keep
for i = 7, #ARGV, 2 do
  local till = math.max(now + ARGV[i + 1], tonumber(redis.call('HGET', KEYS[2], ARGV[i]) or '0'))
  redis.call('HSET', KEYS[2], ARGV[i], whole(till))
end

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', whole(now - keep))
redis.call('ZREMRANGEBYSCORE', KEYS[1], whole(now + 1000000), '+inf')
local counted = 0
if purpose == 'leave' then
  redis.call('ZREM', KEYS[1], replica)
elseif purpose == 'alone' then
  -- It uses its own part of the limit; so long a silence that all of that part is kept free.
  redis.call('ZADD', KEYS[1], 'GT', whole(now - keep / 2 - 3000000), replica)
elseif purpose == 'join' and valid and ARGV[5] == epoch then
  redis.call('ZADD', KEYS[1], whole(now), replica)
  counted = 1
end

local members = redis.call('ZRANGE', KEYS[1], '0', '-1', 'WITHSCORES')
local answer = { whole(now), epoch, whole(counted), whole(#members / 2) }
for i = 1, #members, 2 do answer[#answer + 1] = whole(members[i] == replica and 0 or now - members[i + 1]) end
local pauses = redis.call('HGETALL', KEYS[2])
for i = 1, #pauses, 2 do
  local left = tonumber(pauses[i + 1]) - now
  if left <= 0 then
    redis.call('HDEL', KEYS[2], pauses[i])
  else
    longest = math.max(longest, left)
    answer[#answer + 1] = pauses[i]
    answer[#answer + 1] = whole(left)
  end
end
redis.call('PEXPIRE', KEYS[1], whole(math.ceil(keep / 1000)))
redis.call('PEXPIRE', KEYS[2], whole(math.ceil(longest / 1000)))
return answer
