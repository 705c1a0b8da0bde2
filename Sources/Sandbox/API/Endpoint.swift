/// The kinds of request that the sandbox tells apart in its log and its faults.
package enum Endpoint: String, Sendable, CaseIterable {
  case metadata
  case version
  case token
  case user
  case users
  case namespace
  case projects
  case project
  case group
  case groupProjects
  case events
  case jobs
  case job
  case pipelines
  case pipeline
  case pipelineJobs
  case bridges
  case commits
  case commit
  case compare
  case branches
  case branch
  /// `/cgi-bin/webhook/send` of the simulated WeCom.
  case wecomSend
  /// A route that neither has.
  case unknown
}
