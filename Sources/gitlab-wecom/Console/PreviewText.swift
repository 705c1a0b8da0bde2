internal import Bridge

/// What `--dry-run` prints: each message as the group would see it, and how many there are.
enum PreviewText {
  static func text(of report: PreviewReport, isStyled: Bool) -> String {
    let count = report.messages.count
    let projects = report.projects == 1 ? "1 project" : "\(report.projects) projects"
    let summary: String
    if report.isFirst, count == 0 {
      summary = "a first pass would begin the watch and post nothing"
    } else {
      let messages = count == 0 ? "nothing" : count == 1 ? "1 message" : "\(count) messages"
      summary = "\(messages) would be posted"
    }
    return text(of: report.messages, isStyled: isStyled) + "\(projects): \(summary)\n"
  }

  /// Returns the messages alone, each under the name of its bot.
  static func text(of messages: [PreviewReport.Message], isStyled: Bool) -> String {
    var lines: [String] = []
    for message in messages {
      lines.append("→ \(message.bot)\(message.waits ? " (waits already)" : "")")
      let content = isStyled ? MessageView.styled(message.content) : message.content
      lines += content.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "" : "  \($0)" }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
