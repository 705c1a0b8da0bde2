import HTTP

/// One resource of the API: its path with places for arguments, and its query.
///
/// The template is what errors show: it names the resource and holds nothing of the user's.
struct Endpoint: Sendable, Equatable {
  /// The path below `/api/v4/`, as in `projects/:id/events`.
  var template: String
  /// The values of the template's `:` segments in their order, before encoding.
  var arguments: [String]
  var query: [QueryItem]
  /// The project that is asked about, if it is one.
  var project: ProjectReference?

  init(_ template: String, _ arguments: [String] = [], query: [QueryItem] = []) {
    self.template = template
    self.arguments = arguments
    self.query = query
  }

  /// Makes an endpoint of a project, whose reference is the first argument.
  init(
    _ template: String,
    of project: ProjectReference,
    _ arguments: [String] = [],
    query: [QueryItem] = []
  ) {
    self.init(template, [project.segment] + arguments, query: query)
    self.project = project
  }

  /// The path with its arguments in place, encoded.
  var path: String {
    var remaining = arguments[...]
    return template.split(separator: "/").map { segment in
      guard segment.hasPrefix(":"), let argument = remaining.popFirst() else {
        return String(segment)
      }
      // A path such as `group/project` is one segment to GitLab, its slash `%2F`.
      return argument.percentEncoded
    }.joined(separator: "/")
  }

  /// Returns the same resource with a page asked for, a cursor's item in place of an equal one.
  func page(_ cursor: PageCursor?, perPage: Int) -> Endpoint {
    var endpoint = self
    endpoint.query.append(QueryItem("per_page", String(min(max(perPage, 1), 100))))
    if let item = cursor?.queryItem { endpoint.query.append(item) }
    return endpoint
  }
}
