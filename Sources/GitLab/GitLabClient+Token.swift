extension GitLabClient {
  /// Returns what GitLab knows of the token that asks.
  ///
  /// Since 15.5; an older version answers `notFound` or `unauthorized`, which says nothing of the
  /// token. <https://docs.gitlab.com/api/personal_access_tokens/>
  package func tokenSelf() async throws(GitLabError) -> TokenInformation {
    try await get(TokenInformation.self, Endpoint("personal_access_tokens/self"))
  }
}
