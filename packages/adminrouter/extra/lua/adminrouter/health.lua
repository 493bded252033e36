-- Answers of Admin Router itself: whether it runs, and that it knows no route to what was asked for.
local health = {}

local function say(status, text)
  ngx.status = status
  ngx.header.content_type = "application/json"
  ngx.say(text)
end

function health.answer()
  say(200, string.format('{"service":"adminrouter","role":"%s","lua":"%s"}', ngx.var.adminrouter_role, jit.version))
end

function health.no_such_route()
  say(404, '{"error":"Admin Router has no route to this path."}')
end

return health
