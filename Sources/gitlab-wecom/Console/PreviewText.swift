internal import Bridge

/// What `run --dry-run` prints: each message as the group would see it, and how many there are.
enum PreviewText {
  static func text(of report: PreviewReport, isStyled: Bool) -> String {
    var lines: [String] = []
    for message in report.messages {
      lines.append("→ \(message.bot)\(message.waits ? " (waits already)" : "")")
      let content = isStyled ? MessageView.styled(message.content) : message.content
      lines += content.split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.isEmpty ? "" : "  \($0)" }
    }
    let count = report.messages.count
    let projects = report.projects == 1 ? "1 project" : "\(report.projects) projects"
    if report.isFirst, count == 0 {
      lines.append("\(projects): a first pass would begin the watch and post nothing")
    } else {
      let messages = count == 0 ? "nothing" : count == 1 ? "1 message" : "\(count) messages"
      lines.append("\(projects): \(messages) would be posted")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
