import Sandbox
import Testing

@Suite struct AccessTests {
  private static let expired =
    #"{"error":"invalid_token","error_description":"Token is expired. You can either do "#
    + #"re-authorization or token refresh."}"#
  private static let revoked =
    #"{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize "#
    + #"from the user."}"#
  private static let insufficient =
    #"{"error":"insufficient_scope","error_description":"The request requires higher privileges "#
    + #"than provided by the access token.","scope":"api read_api"}"#

  private func body(_ reply: SandboxReply) -> String {
    String(decoding: reply.body, as: UTF8.self)
  }

  @Test(
    arguments: [
      (nil, 401, #"{"message":"401 Unauthorized"}"#),
      ("wrong", 401, #"{"message":"401 Unauthorized"}"#),
      ("expired", 401, expired),
      ("revoked", 401, revoked),
      ("narrow", 403, insufficient),
      ("blocked", 403, #"{"message":"403 Forbidden - Your account has been blocked."}"#),
    ] as [(String?, Int, String)]
  )
  func `a token that does not do is refused in GitLab's words`(
    token: String?,
    status: Int,
    text: String
  ) {
    let it = Fixture()
    it.sandbox.change { world in
      world.addToken("expired", of: it.ann, expiresAt: "2026-11-24")
      world.addToken("revoked", of: it.ann)
      world.revokeToken("revoked")
      world.addToken("narrow", of: it.ann, scopes: ["read_repository"])
      world.addToken("blocked", of: it.bob)
      world.block(it.bob)
    }
    let reply = it.reply("projects/\(it.project)", token: token)
    #expect(reply.status == status)
    #expect(body(reply) == text)
  }

  @Test func `both headers carry a token, and a token knows itself`() throws {
    let it = Fixture()
    it.sandbox.change { world in
      world.addToken(
        "narrow",
        name: "n",
        of: it.ann,
        scopes: ["read_user"],
        expiresAt: "2026-12-08"
      )
    }
    let reply = it.sandbox.respond(
      to: SandboxRequest(
        target: "/api/v4/personal_access_tokens/self",
        headers: [SandboxRequest.Header("private-token", "narrow")]
      )
    )
    let token = try JSONValue(reply.body)
    #expect(token["expires_at"].string == "2026-12-08")
    #expect(
      token.keys == [
        "id", "name", "revoked", "created_at", "description", "scopes", "user_id", "last_used_at",
        "active", "expires_at",
      ]
    )
    it.sandbox.change { $0.settings.version = "15.4.0" }
    #expect(it.reply("personal_access_tokens/self").status == 404)
  }

  @Test(
    arguments: [
      ("nowhere", 404, #"{"error":"404 Not Found"}"#),
      ("projects/1/nowhere", 404, #"{"error":"404 Not Found"}"#),
      ("projects/99", 404, #"{"message":"404 Project Not Found"}"#),
      ("projects/docs%2Fother", 404, #"{"message":"404 Project Not Found"}"#),
      ("groups/none", 404, #"{"message":"404 Group Not Found"}"#),
      ("projects/1/jobs?scope[]=nonsense", 400, #"{"error":"Scope contains invalid value(s)"}"#),
      ("projects/1/events?action=push", 400, #"{"error":"action does not have a valid value"}"#),
      ("projects/1/repository/branches/none", 404, #"{"message":"404 Branch Not Found"}"#),
      ("projects/1/repository/commits/0000000", 404, #"{"message":"404 Commit Not Found"}"#),
      (
        "projects/1/repository/compare?from=0000000000&to=main", 404,
        #"{"message":"404 Ref Not Found"}"#
      ),
    ]
  )
  func `errors have GitLab's shapes`(path: String, status: Int, text: String) {
    let reply = Fixture().reply(path)
    #expect(reply.status == status)
    #expect(body(reply) == text)
  }

  @Test func `CI that is off and a guest's role are 403, a missing token is 401`() {
    let it = Fixture()
    for path in ["jobs", "pipelines"] {
      let path = "projects/\(it.project)/\(path)"
      it.sandbox.change { $0.setCIEnabled(false, project: it.project) }
      #expect(it.reply(path).status == 403)
      it.sandbox.change { world in
        world.setCIEnabled(true, project: it.project)
        world.setAccessLevel(10, project: it.project)
      }
      #expect(body(it.reply(path)) == #"{"message":"403 Forbidden"}"#)
      it.sandbox.change { $0.setAccessLevel(20, project: it.project) }
      #expect(it.reply(path, token: nil).status == 401)
      #expect(it.reply(path).status == 200)
    }
  }

  @Test func `a public project is read without a token, but not its jobs`() {
    let it = Fixture()
    it.sandbox.change { $0.setVisibility(.public, project: it.project) }
    #expect(it.reply("projects/1/events", token: nil).status == 200)
    #expect(it.reply("projects/1/jobs", token: nil).status == 401)
    #expect(it.sandbox.log.strangers == 2)
  }

  @Test func `an old path redirects to the id on the configured host, and older versions follow`() {
    let it = Fixture(World.Settings(externalURL: "https://git.example/gitlab"))
    it.sandbox.change { $0.renameProject(it.project, path: "handbook", name: "Handbook") }
    let reply = it.reply("projects/docs%2Fmanual/events?per_page=5")
    #expect(reply.status == 301)
    #expect(
      reply.header("Location") == "https://git.example/gitlab/api/v4/projects/1/events?per_page=5"
    )
    #expect(it.reply("projects/docs%2Fhandbook").status == 200)
    it.sandbox.change { $0.settings.version = "16.3.0" }
    #expect(it.reply("projects/docs%2Fmanual/events").status == 200)
  }

  @Test func `outside the API there are pages`() {
    let it = Fixture(World.Settings(externalURL: "https://git.example/gitlab"))
    let reply = it.sandbox.respond(to: SandboxRequest(target: "/api/v4/version"))
    #expect(reply.status == 404)
    #expect(reply.header("Content-Type") == "text/html; charset=utf-8")
  }

  @Test(arguments: [("15.0.0", 404, 200), ("15.2.0", 200, 200), ("18.2.1", 200, 200)])
  func `metadata came with 15_2`(version: String, metadata: Int, versionStatus: Int) throws {
    var settings = World.Settings()
    settings.version = version
    let it = Fixture(settings)
    #expect(it.reply("metadata").status == metadata)
    #expect(try it.get("version")["version"].string == version)
  }
}
