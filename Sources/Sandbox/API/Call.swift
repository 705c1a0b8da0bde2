/// A request taken apart: which endpoint, of which project, with which parameters.
struct Call {
  var endpoint: Endpoint
  /// The project, group, user or namespace in the path, decoded: an id or a full path.
  var owner: String = ""
  /// The pipeline's id, the commit or the branch in the path, decoded.
  var item: String = ""
  var query: Query
  /// The path as it came, without the query.
  var path: String
  /// The path after `/projects/:id`, for redirects to the numeric id.
  var tail: String = ""

  init(_ target: String, root: String) {
    let utf8 = target.utf8
    let mark = utf8.firstIndex(of: UInt8(ascii: "?")) ?? utf8.endIndex
    path = String(target[..<mark])
    query = Query(mark == utf8.endIndex ? "" : target[utf8.index(after: mark)...])
    endpoint = .unknown
    if path == "/cgi-bin/webhook/send" {
      endpoint = .wecomSend
      return
    }
    let base = root + "/api/v4/"
    guard path.hasPrefix(base) else { return }
    route(
      path.utf8.dropFirst(base.utf8.count)
        .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        .map { Substring($0) }
    )
  }

  /// Whether the path is below `/api/v4` of the instance.
  func isAPI(root: String) -> Bool {
    path.hasPrefix(root + "/api/v4/")
  }

  private mutating func route(_ parts: [Substring]) {
    switch (parts.first ?? "", parts.count) {
    case ("metadata", 1): endpoint = .metadata
    case ("version", 1): endpoint = .version
    case ("user", 1): endpoint = .user
    case ("users", 1): endpoint = .users
    case ("users", 2):
      endpoint = .users
      owner = Query.decode(parts[1])
    case ("users", 3) where parts[2] == "projects":
      endpoint = .projects
      owner = Query.decode(parts[1])
    case ("personal_access_tokens", 2) where parts[1] == "self": endpoint = .token
    case ("namespaces", 2):
      endpoint = .namespace
      owner = Query.decode(parts[1])
    case ("groups", 2):
      endpoint = .group
      owner = Query.decode(parts[1])
    case ("groups", 3) where parts[2] == "projects":
      endpoint = .groupProjects
      owner = Query.decode(parts[1])
    case ("projects", 1): endpoint = .projects
    case ("projects", _):
      owner = Query.decode(parts[1])
      tail = parts.dropFirst(2).map { "/" + $0 }.joined()
      routeProject(parts.dropFirst(2))
    default: break
    }
  }

  private mutating func routeProject(_ parts: ArraySlice<Substring>) {
    let parts = Array(parts)
    if parts.count > 1, let last = parts.last { item = Query.decode(last) }
    switch parts.count {
    case 0: endpoint = .project
    case 1 where parts[0] == "events": endpoint = .events
    case 1 where parts[0] == "jobs": endpoint = .jobs
    case 1 where parts[0] == "pipelines": endpoint = .pipelines
    case 2 where parts[0] == "jobs": endpoint = .job
    case 2 where parts[0] == "pipelines": endpoint = .pipeline
    case 2 where parts[0] == "repository": routeRepository(parts[1])
    case 3 where parts[0] == "pipelines":
      item = Query.decode(parts[1])
      if parts[2] == "jobs" { endpoint = .pipelineJobs }
      if parts[2] == "bridges" { endpoint = .bridges }
    case 3 where parts[0] == "repository" && parts[1] == "commits": endpoint = .commit
    case 3 where parts[0] == "repository" && parts[1] == "branches": endpoint = .branch
    default: break
    }
  }

  private mutating func routeRepository(_ name: Substring) {
    switch name {
    case "commits": endpoint = .commits
    case "branches": endpoint = .branches
    case "compare": endpoint = .compare
    default: break
    }
  }
}
