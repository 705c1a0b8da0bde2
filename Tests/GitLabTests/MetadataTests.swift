import HTTP
import Testing

@testable import GitLab

@Suite struct MetadataTests {
  @Test func `GitLab's version and clock are read`() async throws {
    let body =
      #"{"version":"18.1.1-ee","revision":"ceb0","kas":{"enabled":true},"enterprise":true}"#
    let scene = Scene(body, headers: [("Date", "Sat, 10 Jan 2026 09:00:01 GMT")])
    let metadata = try await scene.client.metadata()
    #expect(metadata.version.text == "18.1.1-ee")
    #expect(metadata.version == GitLabVersion(major: 18, minor: 1))
    #expect(metadata.serverDate == 1_768_035_601_000)
  }

  @Test func `an old GitLab is asked for its version at the old place`() async throws {
    let scene = Scene([
      .reply(#"{"error":"404 Not Found"}"#, status: 404),
      .reply(#"{"version":"8.13.0-pre","revision":"4e963fe"}"#),
    ])
    let metadata = try await scene.client.metadata()
    #expect(metadata == Metadata(version: GitLabVersion("8.13.0-pre")))
    #expect(
      scene.transport.urls == [
        "https://git.example/api/v4/metadata", "https://git.example/api/v4/version",
      ]
    )
  }

  @Test func `another failure does not ask a second time`() async {
    let scene = Scene(#"{"message":"401 Unauthorized"}"#, status: 401)
    let error = await failure { () async throws(GitLabError) in try await scene.client.metadata() }
    #expect(error?.kind == .unauthorized(reason: .unknown))
    #expect(scene.transport.urls.count == 1)
  }

  @Test func `JSON without a version is not GitLab`() async {
    let scene = Scene(#"{"status":"ok"}"#)
    let error = await failure { () async throws(GitLabError) in try await scene.client.metadata() }
    #expect(error?.kind == .badJSON(detail: "no key \"version\""))
  }

  @Test(arguments: [
    ("17.0.0", 17, 0), ("18.11.2-ee", 18, 11), ("15.2", 15, 2), ("16", 16, 0), ("", 0, 0),
    ("rubbish", 0, 0), ("17.x", 17, 0), ("99999999999999999999.1", 0, 1),
  ])
  func `versions are read as far as they go`(text: String, major: Int, minor: Int) {
    let version = GitLabVersion(text)
    #expect(version.major == major)
    #expect(version.minor == minor)
    #expect(version.description == text)
  }

  @Test func `versions compare by number`() {
    #expect(GitLabVersion("9.5.0") < GitLabVersion("15.2.0"))
    #expect(GitLabVersion("15.2.9") < GitLabVersion("15.10.0"))
    #expect(!(GitLabVersion("17.0.3-ee") < GitLabVersion(major: 17, minor: 0)))
    #expect(GitLabVersion("17.0.3-ee") >= GitLabVersion(major: 17, minor: 0))
  }
}
