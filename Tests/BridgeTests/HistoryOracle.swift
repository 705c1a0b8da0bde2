import Sandbox

/// What the relay would have posted for GitLab's webhooks, worked out without the bridge's code.
///
/// The relay posts the push hook's first commit and the pipeline's commit of a failed job, with
/// every line break taken out; on top of that comes what the design adds: the title of the head
/// commit where a push has no commits, the substitutions, the limit.
struct HistoryOracle {
  /// How the routes of a history differ.
  enum Routing: CaseIterable {
    /// One title for everything.
    case plain
    /// `docs/**` under a title of its own, the rest under another.
    case titles
    /// Every branch but `wip/**`; so jobs of tags and merge requests are not told.
    case branches
    /// Pushes alone.
    case pushes
    /// Builds alone.
    case builds
  }

  let routing: Routing
  let externalURL: String

  /// Returns the message of a webhook, or nil where nobody is told.
  func message(_ hook: RecordedWebhook) -> String? {
    switch hook.kind {
    case .push:
      // Without an event row of its own a push cannot be seen through the API.
      guard hook.action != "removed", hook.rowID != nil, routing != .builds else { return nil }
      if routing == .branches, hook.branch.hasPrefix("wip/") { return nil }
      return cut(hook.message ?? hook.headTitle ?? "") { text in
        """
        ## \(title(hook)) <font color="info">push</font> 通知:\u{20}

        - 项目: [\(shown(hook.projectName))](\(hook.projectURL))\u{20}
        - 更新人: *\(hook.username)*\u{20}
        - 提交信息: \(text)\u{20}

        """
      }
    case .build:
      guard hook.action == "failed", routing != .pushes else { return nil }
      if routing == .branches, !isTold(build: hook.branch) { return nil }
      return cut(hook.message ?? "") { text in
        """
        ## \(title(hook)) build <font color="warning">failed</font> 通知:\u{20}

        - 项目: [\(shown(hook.projectName))](\(hook.projectURL))\u{20}
        - 请 **\(hook.username)** 关注最近提交的内容\u{20}
        - 提交信息: \(text)\u{20}

        """
      }
    }
  }

  /// Brings the webhooks of one look into the order of telling: per project and kind.
  static func sorted(_ hooks: [RecordedWebhook]) -> [RecordedWebhook] {
    hooks.sorted { left, right in
      switch (left.kind, right.kind) {
      case (.push, .push): (left.rowID ?? 0) < (right.rowID ?? 0)
      case (.build, .build):
        (left.finishedAt ?? 0, left.rowID ?? 0) < (right.finishedAt ?? 0, right.rowID ?? 0)
      default: left.kind == .push && right.kind == .build
      }
    }
  }

  private func title(_ hook: RecordedWebhook) -> String {
    guard routing == .titles else { return "文档站" }
    return hook.projectURL.hasPrefix(externalURL + "/docs/") ? "文档站" : "GitLab"
  }

  /// Tags are `v…` in these histories, merge requests `refs/merge-requests/…`.
  private func isTold(build ref: String) -> Bool {
    !ref.hasPrefix("wip/") && !ref.hasPrefix("v") && !ref.hasPrefix("refs/")
  }

  private func shown(_ text: String) -> String {
    let scalars = text.unicodeScalars.filter { scalar in
      scalar == "\t"
        || !(scalar.value < 32 || (127..<160).contains(scalar.value))
          && !(0x202A...0x202E).contains(scalar.value) && !(0x2066...0x2069).contains(scalar.value)
    }
    return String(String.UnicodeScalarView(scalars))
      .replacing("<@", with: "＜@")
      .replacing("<font", with: "＜font")
      .replacing("</font", with: "＜/font")
      .replacing("](http://evil", with: "]（http://evil")
  }

  private func cut(_ raw: String, in layout: (String) -> String) -> String {
    let text = shown(raw)
    let whole = layout(text)
    guard whole.utf8.count > 4096 else { return whole }
    let room = 4096 - layout("…").utf8.count
    var kept = ""
    for character in text {
      guard kept.utf8.count + character.utf8.count <= room else { break }
      kept.append(character)
    }
    return layout(kept + "…")
  }
}
