import HTTP
import Testing

@testable import GitLab

@Suite struct RequestTests {
  struct Call: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var url: String
    var body = "[]"
    var make: @Sendable (GitLabClient) async throws(GitLabError) -> Void

    init(
      _ name: String,
      _ url: String,
      body: String = "[]",
      _ make: @escaping @Sendable (GitLabClient) async throws(GitLabError) -> Void
    ) {
      testDescription = name
      self.url = url
      self.body = body
      self.make = make
    }
  }

  static let calls: [Call] = [
    Call("metadata", "metadata", body: #"{"version":"17.1.0"}"#) { c throws(GitLabError) in
      _ = try await c.metadata()
    },
    Call("token", "personal_access_tokens/self", body: "{}") { c throws(GitLabError) in
      _ = try await c.tokenSelf()
    },
    Call("project by id", "projects/42", body: #"{"id":42}"#) { c throws(GitLabError) in
      _ = try await c.project(.id(42))
    },
    Call(
      "project by path",
      "projects/docs%2Fhand%20books%2F%E6%89%8B%E5%86%8C%3Fx%23%26",
      body: #"{"id":42}"#
    ) { c throws(GitLabError) in
      _ = try await c.project(.path("docs/hand books/手册?x#&"))
    },
    Call("project of dots alone", "projects/%2E%2E", body: #"{"id":42}"#) {
      c throws(GitLabError) in
      _ = try await c.project(.path(".."))
    },
    Call(
      "member projects",
      "projects?membership=true&archived=false&simple=true&order_by=id&sort=asc"
        + "&pagination=keyset&min_access_level=20&per_page=100"
    ) { c throws(GitLabError) in
      _ = try await c.memberProjects()
    },
    Call(
      "member projects that are active, further on",
      "projects?membership=true&archived=false&simple=true&order_by=id&sort=asc"
        + "&pagination=keyset&min_access_level=20&last_activity_after=2026-01-10T09%3A00%3A01.123Z"
        + "&per_page=100&id_after=7"
    ) { c throws(GitLabError) in
      _ = try await c.memberProjects(activeAfter: 1_768_035_601_123, at: .idAfter(7))
    },
    Call(
      "group projects",
      "groups/docs%2Fhandbooks/projects?include_subgroups=true&with_shared=false&archived=false"
        + "&simple=true&order_by=id&sort=asc&per_page=100&page=3"
    ) { c throws(GitLabError) in
      _ = try await c.groupProjects("docs/handbooks", at: .page(3))
    },
    Call("group", "groups/a%2Fb?with_projects=false", body: #"{"id":1}"#) {
      c throws(GitLabError) in
      _ = try await c.group("a/b")
    },
    Call("pushes", "projects/42/events?action=pushed&per_page=100") { c throws(GitLabError) in
      _ = try await c.pushEvents(.id(42))
    },
    Call(
      "pushes of some days",
      "projects/42/events?action=pushed&after=2026-01-08&per_page=20&page=2"
    ) { c throws(GitLabError) in
      _ = try await c.pushEvents(.id(42), after: "2026-01-08", at: .page(2), perPage: 20)
    },
    Call(
      "pipelines",
      "projects/42/pipelines?updated_after=2026-01-10T09%3A00%3A01.123Z"
        + "&order_by=updated_at&sort=asc&per_page=100"
    ) { c throws(GitLabError) in
      _ = try await c.pipelines(.id(42), updatedAfter: 1_768_035_601_123)
    },
    Call(
      "child pipelines",
      "projects/42/pipelines?source=parent_pipeline&order_by=updated_at&sort=asc&per_page=100"
    ) { c throws(GitLabError) in
      _ = try await c.pipelines(.id(42), areChildren: true)
    },
    Call(
      "failed jobs of a pipeline",
      "projects/42/pipelines/800/jobs?scope%5B%5D=failed&include_retried=true&per_page=100"
    ) { c throws(GitLabError) in
      _ = try await c.pipelineJobs(.id(42), pipeline: 800)
    },
    Call("failed jobs", "projects/42/jobs?scope%5B%5D=failed&per_page=30") {
      c throws(GitLabError) in
      _ = try await c.failedJobs(.id(42), perPage: 30)
    },
    Call("bridges", "projects/42/pipelines/800/bridges?per_page=100") { c throws(GitLabError) in
      _ = try await c.bridges(.id(42), pipeline: 800)
    },
    Call(
      "commits of a range",
      "projects/42/repository/commits?ref_name=1234abcd..5678ef01&per_page=20"
    ) { c throws(GitLabError) in
      _ = try await c.commits(.id(42), of: "1234abcd..5678ef01", perPage: 20)
    },
    Call(
      "commits of a branch",
      "projects/42/repository/commits?ref_name=feature%2Fa%20b%2B1&per_page=100"
    ) { c throws(GitLabError) in
      _ = try await c.commits(.id(42), of: "feature/a b+1", perPage: 1000)
    },
    Call("commit", "projects/42/repository/commits/abc123?stats=false", body: #"{"id":"abc123"}"#) {
      c throws(GitLabError) in
      _ = try await c.commit(.id(42), "abc123")
    },
    Call("branches", "projects/42/repository/branches?per_page=1") { c throws(GitLabError) in
      _ = try await c.branches(.id(42))
    },
  ]

  @Test(arguments: calls)
  func `each call asks for exactly one address`(call: Call) async throws {
    for (base, root) in [
      ("https://git.example", "https://git.example/api/v4/"),
      ("http://git.example:8080/gitlab/", "http://git.example:8080/gitlab/api/v4/"),
    ] {
      let scene = Scene(call.body, base: base)
      try await call.make(scene.client)
      #expect(scene.transport.urls == [root + call.url])
    }
  }

  @Test func `a request carries the token in one header and nothing from elsewhere`() async throws {
    let transport = ScriptedTransport([.reply("[]")])
    let connection = HTTPRequest.Connection(proxy: "http://proxy:3128", caFile: "/ca.pem")
    let client = GitLabClient(
      baseURL: "https://git.example",
      token: AccessToken("glpat-x"),
      transport: transport,
      connection: connection,
      timeout: .seconds(3)
    )
    _ = try await client.branches(.id(1))
    let expected = HTTPRequest(
      method: .get,
      url: "https://git.example/api/v4/projects/1/repository/branches?per_page=1",
      headers: [
        HTTPHeader("Accept", "application/json"), HTTPHeader("Authorization", "Bearer glpat-x"),
      ],
      connection: connection,
      timeout: .seconds(3),
      connectTimeout: .seconds(3),
      byteLimit: 8 * 1024 * 1024
    )
    #expect(transport.requests == [expected])
  }

  @Test(arguments: ["", "glpat x", "glpat\n", "glpat\u{7F}", "密钥"])
  func `a token that no header may carry is never sent`(token: String) async {
    let transport = ScriptedTransport([])
    let client = GitLabClient(
      baseURL: "https://git.example",
      token: AccessToken(token),
      transport: transport
    )
    let error = await failure { () async throws(GitLabError) in try await client.tokenSelf() }
    let reason = "the token is empty or holds a character that no token has"
    #expect(error?.kind == .transport(.unusable(reason)))
    #expect(transport.urls.isEmpty)
  }
}
