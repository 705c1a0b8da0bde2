/// The command line of the sweep.
struct Arguments {
  static let usage = """
    usage: crash-sweep [--all | --sample N] [--seed S] [--scenario NAME] [--program PATH]
                       [--faults] [--signals] [--interruptions] [--workers N] [--list]

      --all            strike at every call of every scenario
      --sample N       strike at N calls, spread over the scenarios (600)
      --seed S         of the choice, and of the recoveries that are killed too (1)
      --scenario NAME  only scenarios whose names contain NAME
      --program PATH   another build of gitlab-wecom than the one beside this program
      --faults         let file operations fail instead of killing
      --signals        send SIGTERM and SIGINT instead of killing
      --interruptions  let calls fail once and three times with EINTR instead of killing
      --workers N      scenarios played at the same time (2)
      --list           print the scenarios and how many calls each has

    """

  enum Mode { case kills, faults, signals, interruptions }

  var sample: Int? = 600
  var seed: UInt64 = 1
  var scenario = ""
  var program: String?
  var mode = Mode.kills
  var workers = 2
  var isListing = false

  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--all": sample = nil
      case "--faults": mode = .faults
      case "--signals": mode = .signals
      case "--interruptions": mode = .interruptions
      case "--list": isListing = true
      case "--sample", "--seed", "--scenario", "--program", "--workers":
        guard let value = rest.popFirst(), take(argument, value) else { return nil }
      default: return nil
      }
    }
  }

  private mutating func take(_ option: String, _ value: String) -> Bool {
    switch option {
    case "--scenario": scenario = value
    case "--program": program = value
    case "--seed":
      guard let number = UInt64(value) else { return false }
      seed = number
    default:
      guard let number = Int(value), number > 0 else { return false }
      if option == "--sample" { sample = number } else { workers = number }
    }
    return true
  }
}
