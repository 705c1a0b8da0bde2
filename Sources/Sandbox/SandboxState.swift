/// All that changes in a sandbox, behind its lock.
struct SandboxState: Sendable {
  var world: World
  var wecom = WeComGroup()
  var faults: [Fault] = []
  var random: RandomSource
  var log = RequestLog()
  private var windows: [Window.Name: Window] = [:]
  private var lastDate: (second: Int64, text: String) = (.min, "")

  /// A fixed window of a rate limit.
  private struct Window {
    struct Name: Hashable {
      let limit: String
      let user: Int
    }

    var start: Int64
    var count = 0
  }

  init(world: World, seed: UInt64) {
    self.world = world
    random = RandomSource(seed: seed)
  }

  mutating func respond(to request: SandboxRequest) -> SandboxReply {
    let call = Call(request.target, root: world.settings.relativeRoot)
    let isWeCom = call.endpoint == .wecomSend
    let credentials = Credentials(request, in: world)
    let projectID = call.owner.isEmpty ? nil : Int(call.owner) ?? namedProject(call)
    var reply: SandboxReply
    var isStruck = false
    if !faults.isEmpty, let effect = strike(call, projectID: projectID) {
      isStruck = true
      reply = apply(effect, to: request, call: call, credentials: credentials)
    } else {
      reply = carryOut(request, call: call, credentials: credentials)
    }
    if !isWeCom, reply.header("Date") == nil {
      reply.headers.append(SandboxRequest.Header("Date", date()))
    }
    log.add(
      RequestLog.Entry(
        time: world.now,
        endpoint: call.endpoint,
        projectID: projectID,
        target: log.entryLimit > 0 ? request.target : "",
        status: reply.status,
        isStruck: isStruck
      ),
      bytes: reply.body.count,
      isStranger: !isWeCom && credentials.user == nil,
      isLeak: isWeCom && !credentials.isMissing
    )
    return reply
  }

  private mutating func date() -> String {
    let second = world.now / 1000
    if second != lastDate.second { lastDate = (second, Stamp.http(world.now)) }
    return lastDate.text
  }

  private func namedProject(_ call: Call) -> Int? {
    world.find(call.owner).map { world.projects[$0].id }
  }

  private mutating func carryOut(
    _ request: SandboxRequest,
    call: Call,
    credentials: Credentials
  ) -> SandboxReply {
    if call.endpoint == .wecomSend {
      return wecom.receive(
        request,
        key: call.query["key"] ?? "",
        settings: world.settings,
        now: world.now
      )
    }
    guard call.isAPI(root: world.settings.relativeRoot) else {
      return .html(404, title: "The page could not be found or you don't have permission")
    }
    let user = credentials.user ?? 0
    if let refusal = limit(call, user: user) { return refusal }
    var reply = world.answer(call, method: request.method, credentials: credentials)
    if world.settings.announcesThrottle, world.settings.throttleLimit > 0 {
      reply.headers += rateLimit(
        world.settings.throttleLimit,
        observed: windows[Window.Name(limit: "api", user: user)]?.count ?? 0
      )
    }
    return reply
  }

  // MARK: Faults

  private mutating func strike(_ call: Call, projectID: Int?) -> Fault.Effect? {
    for index in faults.indices
    where faults[index].strikes(call, projectID: projectID, random: &random) {
      return faults[index].effect
    }
    return nil
  }

  private mutating func apply(
    _ effect: Fault.Effect,
    to request: SandboxRequest,
    call: Call,
    credentials: Credentials
  ) -> SandboxReply {
    switch effect {
    case .answer(let reply): return reply
    case .limited(let retryAfter): return Self.limited(retryAfter: retryAfter)
    case .throttled(let retryAfter): return throttled(retryAfter: retryAfter, limit: 120)
    case .instead(let delivery): return SandboxReply(status: 200, delivery: delivery)
    case .redirected(let status, let location):
      return SandboxReply(
        status: status,
        headers: [SandboxRequest.Header("Location", location)]
      )
    case .notModified: return SandboxReply(status: 304)
    case .bomb(let bytes):
      return SandboxReply(
        headers: [
          SandboxRequest.Header("Content-Type", "application/json"),
          SandboxRequest.Header("Content-Encoding", "gzip"),
        ],
        body: Gzip.blanks(bytes)
      )
    case .errcode(let code, let reason):
      wecom.record(request, key: call.query["key"] ?? "", code: code, now: world.now)
      return WeComGroup.answer(code, reason, now: world.now)
    case .custom(let make): return make(request)
    case .afterwards, .altered, .delayed:
      var reply = carryOut(request, call: call, credentials: credentials)
      alter(&reply, effect, isWeCom: call.endpoint == .wecomSend)
      return reply
    }
  }

  private mutating func alter(_ reply: inout SandboxReply, _ effect: Fault.Effect, isWeCom: Bool) {
    switch effect {
    case .afterwards(let delivery):
      reply.delivery = delivery
      if isWeCom { wecom.markLastAnswerLost() }
    case .altered(let status, let headers):
      reply.status = status ?? reply.status
      let names = Set(headers.map { $0.name.lowercased() })
      reply.headers.removeAll { names.contains($0.name.lowercased()) }
      reply.headers += headers
      if isWeCom { wecom.markLastAnswerLost() }
    case .delayed(let milliseconds):
      reply.delay = milliseconds
    default:
      break
    }
  }

  // MARK: Rate limits

  private mutating func limit(_ call: Call, user: Int) -> SandboxReply? {
    let settings = world.settings
    if settings.throttleLimit > 0,
      !take("api", user: user, limit: settings.throttleLimit, seconds: settings.throttlePeriod)
    {
      return throttled(retryAfter: nil, limit: settings.throttleLimit)
    }
    let own: (limit: Int, seconds: Int) =
      switch call.endpoint {
      case .jobs: (settings.jobsPerMinute, 60)
      case .projects: (settings.projectListsPerTenMinutes, 600)
      case .project: (settings.projectsPerMinute, 60)
      case .groupProjects: (settings.groupProjectsPerMinute, 60)
      default: (0, 60)
      }
    guard own.limit > 0,
      !take(call.endpoint.rawValue, user: user, limit: own.limit, seconds: own.seconds)
    else { return nil }
    return Self.limited(retryAfter: nil)
  }

  private mutating func take(_ name: String, user: Int, limit: Int, seconds: Int) -> Bool {
    let length = Int64(seconds) * 1000
    let start = world.now / length * length
    var window = windows[Window.Name(limit: name, user: user)] ?? Window(start: start)
    if window.start != start { window = Window(start: start) }
    window.count += 1
    windows[Window.Name(limit: name, user: user)] = window
    return window.count <= limit
  }

  private static func limited(retryAfter: String?) -> SandboxReply {
    var reply = SandboxReply.json(
      429,
      #"{"message":{"error":"This endpoint has been requested too many times. Try again later."}}"#
    )
    if let retryAfter {
      reply.headers.append(SandboxRequest.Header("Retry-After", retryAfter))
    }
    return reply
  }

  private func throttled(retryAfter: String?, limit: Int) -> SandboxReply {
    let reset = throttleReset
    let seconds = String((reset - world.now + 999) / 1000)
    return SandboxReply(
      status: 429,
      headers: [SandboxRequest.Header("Content-Type", "text/plain")]
        + rateLimit(limit, observed: limit + 1) + [
          SandboxRequest.Header("RateLimit-ResetTime", Stamp.http(reset)),
          SandboxRequest.Header("Retry-After", retryAfter ?? seconds),
        ],
      body: Array("Retry later\n".utf8)
    )
  }

  private var throttleReset: Int64 {
    let period = Int64(world.settings.throttlePeriod) * 1000
    return (world.now / period + 1) * period
  }

  /// What Rack::Attack tells of its limit: the limit itself as requests a minute.
  private func rateLimit(_ limit: Int, observed: Int) -> [SandboxRequest.Header] {
    let perMinute = max(1, limit * 60 / world.settings.throttlePeriod)
    return [
      SandboxRequest.Header("RateLimit-Name", "throttle_authenticated_api"),
      SandboxRequest.Header("RateLimit-Limit", String(perMinute)),
      SandboxRequest.Header("RateLimit-Observed", String(observed)),
      SandboxRequest.Header("RateLimit-Remaining", String(max(0, limit - observed))),
      SandboxRequest.Header("RateLimit-Reset", String(throttleReset / 1000)),
    ]
  }
}
