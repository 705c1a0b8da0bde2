/// The kinds of endpoint that GitLab limits, or fails, apart from each other.
enum EndpointKind: String, Sendable, CaseIterable {
  case server
  case projectList
  case project
  case groupProjects
  case events
  case pipelines
  case pipelineJobs
  case jobs
  case commits
}
