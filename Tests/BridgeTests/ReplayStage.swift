import Changes
import Sandbox
import TestSupport
import Testing

@testable import Bridge

/// A scene whose GitLab answers from fixed bodies, with a first pass behind it.
struct ReplayStage {
  let scene: PassScene
  let gitlab: ReplayTransport

  init(url: String, projects: String) async throws {
    scene = PassScene(routes: [Route(bots: ["docs"])])
    scene.settings.gitlabURL = url
    gitlab = ReplayTransport(gitlabURL: url, clock: scene.clock, next: scene.transport)
    scene.detour = gitlab
    gitlab.answer("/api/v4/metadata", #"{"version":"17.11.2","enterprise":false}"#)
    gitlab.answer("/api/v4/projects", projects)
    gitlab.answer("/events", "[]")
    gitlab.answer("/pipelines", "[]")
    gitlab.answer("/jobs", "[]")
    try await scene.pass()
  }

  /// Runs the next pass, which finds nothing wrong, and returns what the group sees.
  func pass() async throws -> [String] {
    let report = try await scene.pass()
    #expect(report.exitCode == .ok, "\(report.sayings)")
    return scene.sandbox.messages()
  }
}
