/// The version of the program.
enum Version {
  static let text = "1.0.0"
  /// How the program calls itself to GitLab and WeCom.
  static let userAgent = "gitlab-wecom/\(text)"
}
