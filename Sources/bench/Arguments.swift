import Platform

/// What the bench was asked for.
enum Arguments: Equatable {
  case measure(Options)
  case help
  case wrong(String)

  /// How to measure.
  struct Options: Equatable {
    var program = (Executable.folder ?? ".") + "/gitlab-wecom"
    var python: String?
    var only: Set<Section> = Set(Section.allCases)
    var checks = false
    var isQuick = false
    /// Of the simulated day.
    var seed: UInt64 = 1

    /// The most projects that growth is followed to.
    var largestGrowth: Int { isQuick || checks && only.count > 1 ? 1000 : 10_000 }
  }

  /// A group of figures that are taken together.
  enum Section: String, CaseIterable {
    case startup
    case size
    case idle
    case active
    case state
    case memory
    case growth
    case day
  }

  static let usage = """
    usage: bench [--check] [--quick] [--only NAME]… [--program PATH] [--seed N] [--python PATH]

      --check    exits 1 when a target is missed; growth up to 1,000 projects, unless it is all
                 that is asked for
      --quick    fewer rounds, and growth up to 1,000 projects
      --only     \(Section.allCases.map(\.rawValue).joined(separator: ", "))
      --program  the gitlab-wecom to measure, such as the static one; default: beside this program
      --seed     of the simulated day; default: 1
      --python   a Python that has python-gitlab; default: python3

    """

  init(_ arguments: [String]) {
    var options = Options()
    var only: Set<Section> = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--check": options.checks = true
      case "--quick": options.isQuick = true
      case "--only":
        guard let section = rest.popFirst().flatMap(Section.init) else {
          self = .wrong(argument)
          return
        }
        only.insert(section)
      case "--program": options.program = rest.popFirst() ?? ""
      case "--seed":
        guard let seed = rest.popFirst().flatMap(UInt64.init) else {
          self = .wrong(argument)
          return
        }
        options.seed = seed
      case "--python": options.python = rest.popFirst()
      case "--help", "-h":
        self = .help
        return
      default:
        self = .wrong(argument)
        return
      }
    }
    if !only.isEmpty { options.only = only }
    self = .measure(options)
  }
}
