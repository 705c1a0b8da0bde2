internal import Changes
internal import GitLab

/// Who is told of news of one branch, and why: the answer to `check --explain`.
package struct RouteExplanation: Sendable, Equatable {
  /// The answer in lines.
  package var lines: [String]
  package var exitCode: ExitCode
}

extension GitLabBridge {
  /// Explains who is told of a push to a branch and of a failed build on it.
  ///
  /// - Parameters:
  ///   - project: A full path or an id.
  ///   - branch: The name of the branch, without `refs/heads/`.
  /// - Returns: The answer; where GitLab gives none, by the configuration alone.
  package func explain(project: String, branch: String) async -> RouteExplanation {
    var explanation = RouteExplanation(lines: [], exitCode: .ok)
    let id = Int64(project)
    let reference = id.map(ProjectReference.id) ?? .path(project)
    let known: Changes.Project
    let client = client
    do throws(PollError) {
      let answer = try await makeRequester().ask(.project) { timeout throws(GitLabError) in
        try await client.limited(to: timeout).project(reference)
      }
      known = Changes.Project(id: Int(answer.id), path: answer.fullPath ?? project)
      explanation.lines.append("project  \(ShownText.line(known.path)), id \(known.id)")
      if answer.isArchived == true {
        explanation.lines.append("  it is archived, and so not watched")
      }
    } catch {
      let finding = CheckReport.Finding(error)
      explanation.exitCode = finding.exitCode
      known = Changes.Project(id: id.map { Int($0) } ?? 0, path: id == nil ? project : "")
      explanation.lines.append("project  \(ShownText.line(project))")
      explanation.lines.append("  \(finding.text)")
      explanation.lines.append("  what follows goes by the configuration alone")
    }
    let shown = ShownText.line(branch)
    explanation.add("push to \(shown)", .push(branch: branch), in: known, settings.routes)
    explanation.add(
      "failed build on \(shown)",
      .build(.branch(branch)),
      in: known,
      settings.routes
    )
    return explanation
  }
}

extension RouteExplanation {
  fileprivate mutating func add(
    _ heading: String,
    _ event: RouteEvent,
    in project: Changes.Project,
    _ table: RouteTable
  ) {
    let bots = table.recipients(of: event, in: project).map(\.bot)
    lines.append("")
    lines.append(
      "\(heading)  \(bots.isEmpty ? "nobody is told" : "→ " + bots.joined(separator: ", "))"
    )
    for (index, verdict) in table.explanation(of: event, in: project).enumerated() {
      lines.append("  route \(index + 1)  \(ShownText.line(verdict.description))")
    }
  }
}
