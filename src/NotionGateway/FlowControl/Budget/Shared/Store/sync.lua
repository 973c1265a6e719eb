-- Tells a connection's state what a replica has sent; telling it twice counts once. Nothing is left in the bucket after it.
-- KEYS: 1 state, 2 log. ARGV: 1 span, 2 hold, 3 renew (1: all other replicas must tell theirs too, and nothing is given for so long: 4), then (permit, age) each send
-- Answer: born, questions, count, now.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local function whole(number) return string.format('%.0f', number) end
local span, hold = tonumber(ARGV[1]), tonumber(ARGV[2])

local state = redis.call('HMGET', KEYS[1], 'filled', 'bursts', 'paused', 'virtual', 'born', 'questions', 'used')

-- The clock went back: as in take.lua.
if (tonumber(state[7]) or 0) > now + 500000 then
  for _, entry in ipairs(redis.call('ZRANGE', KEYS[2], whole(now + hold), '+inf', 'BYSCORE')) do redis.call('ZADD', KEYS[2], whole(now), entry) end
  redis.call('PEXPIRE', KEYS[1], 0)
  state = {}
end

for i = 5, #ARGV, 2 do redis.call('ZADD', KEYS[2], whole(now - ARGV[i + 1]), ARGV[i]) end

local filled, born, questions = math.max(tonumber(state[1]) or now, now), state[5], tonumber(state[6]) or 0
if ARGV[3] == '1' then
  born, filled = whole(math.max(now, (tonumber(born) or 0) + 1)), math.max(filled, now + ARGV[4])
elseif not born then
  born = whole(now)
end
redis.call('HSET', KEYS[1], 'tokens', '0', 'filled', whole(filled), 'bursts', state[2] or whole(now + span), 'paused', state[3] or '0',
  'virtual', state[4] or '0', 'born', born, 'questions', whole(questions), 'used', whole(now))
local lifetime = math.ceil(math.max(span + hold, (tonumber(state[3]) or 0) + span - now) / 1000) + 1000
for i = 1, 2 do redis.call('PEXPIRE', KEYS[i], lifetime) end
return { tonumber(born), questions, redis.call('ZCARD', KEYS[2]), now }
