import Sandbox
import TestSupport

@testable import Bridge

extension PassScene {
  /// What the group has read, in order: the commit message of each, builds marked.
  var told: [String] {
    sandbox.messages().map { content in
      let line = content.split(separator: "\n").first { $0.hasPrefix("- 提交信息: ") } ?? ""
      let text = String(line.dropFirst("- 提交信息: ".count).dropLast())
      return content.contains(">failed<") ? "build: \(text)" : text
    }
  }

  /// Adds a project of the group with a first commit.
  func addProject(_ path: String) -> Int {
    sandbox.change { world in
      let id = world.addProject(path, in: docs)
      world.push("start", of: id, by: ann)
      return id
    }
  }

  func push(_ message: String, to project: Int? = nil) {
    sandbox.change { world in
      _ = world.push(message, of: project ?? self.project, by: ann)
    }
  }

  /// Runs a pipeline of one job that fails.
  func failBuild(of project: Int? = nil) {
    let job = sandbox.change { world in
      world.startPipeline(of: project ?? self.project, by: ann, jobs: [World.JobPlan("unit")]).jobs[
        0
      ]
    }
    clock.advance(milliseconds: 1000)
    sandbox.change { $0.start(job) }
    clock.advance(milliseconds: 1000)
    sandbox.change { _ = $0.fail(job) }
  }

  /// Requests to one endpoint of a project, or of all, in the log.
  func requests(_ endpoint: Endpoint, of project: Int? = nil) -> Int {
    sandbox.log.entries.count {
      $0.endpoint == endpoint && (project == nil || $0.projectID == project)
    }
  }
}
