import TOML

/// Collects what is found while a configuration is read.
final class Findings {
  private let file: String
  private let excerpt: SourceExcerpt
  private var isBroken = false
  private var errors: [(span: TOMLSpan, message: String)] = []
  private var remarks: [(span: TOMLSpan, message: String)] = []

  init(_ source: ConfigurationSource) {
    file = source.name
    excerpt = SourceExcerpt(source.bytes)
  }

  var hasErrors: Bool { !errors.isEmpty }

  func report(_ problem: ConfigurationProblem, at span: TOMLSpan) {
    if case .syntax = problem { isBroken = true }
    errors.append((span, problem.description))
  }

  func remark(_ remark: ConfigurationRemark, at span: TOMLSpan) {
    remarks.append((span, remark.description))
  }

  func sortedErrors() -> ConfigurationErrors {
    ConfigurationErrors(findings: sorted(errors))
  }

  func sortedRemarks() -> [ConfigurationFinding] {
    sorted(remarks)
  }

  private func sorted(_ found: [(span: TOMLSpan, message: String)]) -> [ConfigurationFinding] {
    // The number keeps findings of one place in the order in which they were made.
    let isBroken = isBroken
    return found.enumerated()
      .sorted { ($0.element.span.offset, $0.offset) < ($1.element.span.offset, $1.offset) }
      .map { _, element in
        ConfigurationFinding(
          file: file,
          line: element.span.line,
          column: element.span.column,
          message: element.message,
          excerpt: excerpt.lines(
            at: element.span,
            masking: { SecretMask.masked(line: $0, isBroken: isBroken) }
          )
        )
      }
  }
}
