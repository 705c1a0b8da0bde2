import FoundationEssentials
import Platform
import Sandbox

/// libcurl's own program, fetching the very addresses that a pass asked for: the floor.
struct CurlRival {
  let program: String
  private let configuration: String

  /// Writes the addresses down, or returns nil where there is no `curl`.
  init?(addresses: [String], in folder: String) throws {
    guard let program = Tools.path(of: "curl") else { return nil }
    self.program = program
    configuration = folder + "/curl.conf"
    var text = "header = \"Authorization: Bearer \(Sandbox.token)\"\n"
    for address in addresses {
      text += "url = \"\(address)\"\noutput = \"/dev/null\"\n"
    }
    try Scratch.write(text, to: configuration)
  }

  func fetch() async throws -> Measurement {
    try await .of(
      program,
      [
        "--parallel", "--parallel-max", "32", "--silent", "--globoff", "--fail", "--config",
        configuration,
      ]
    )
  }
}

/// What a team would write instead: a script with python-gitlab and a small pool of threads.
///
/// It is given the projects' ids and the time of the last run, and remembers nothing.
struct PythonRival {
  let program: String
  private let script: String

  /// Writes the script down, or returns nil where there is no Python with python-gitlab.
  init?(python: String?, in folder: String) async throws {
    guard let program = python ?? Tools.path(of: "python3"), Files.exists(program) else {
      return nil
    }
    let test = try await ChildProcess.run(
      ChildProcess.Command(program, ["-c", "import gitlab"])
    )
    guard test.exit == .code(0) else { return nil }
    self.program = program
    script = folder + "/rival.py"
    try Scratch.write(Self.text, to: script)
  }

  /// Runs the script, which writes its messages to a file, and returns how many there are.
  func run(url: String, since: Int64, in folder: String) async throws -> (Measurement, Int) {
    let date = Date(timeIntervalSince1970: Double(since) / 1000)
    let output = folder + "/rival.out"
    let measurement = try await Measurement.of(
      program,
      [script, url, Sandbox.token, date.ISO8601Format(), output],
      environment: [:]
    )
    let bytes = try Files.read(output, limit: 1 << 30).bytes
    return (measurement, bytes.count { $0 == UInt8(ascii: "\n") })
  }

  private static let text = #"""
    import json, sys
    from concurrent.futures import ThreadPoolExecutor
    import gitlab, requests

    url, token, since, output = sys.argv[1:]
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=8))
    gl = gitlab.Gitlab(url, private_token=token, session=session)


    def read(row):
        project = gl.projects.get(row.id, lazy=True)
        events = project.events.list(action="pushed", per_page=20, page=1, get_all=False)
        pushes = [
            e for e in events
            if e.created_at > since and e.push_data["ref_type"] == "branch" and e.push_data["commit_to"]
        ]
        query = dict(updated_after=since, order_by="updated_at", sort="asc", per_page=100, get_all=False)
        jobs = []
        pipelines = project.pipelines.list(**query)
        if pipelines:
            pipelines += project.pipelines.list(source="parent_pipeline", **query)
        for pipeline in pipelines:
            jobs += pipeline.jobs.list(scope="failed", include_retried=True, per_page=100, get_all=False)
        if not pushes and not jobs:
            return []
        facts = gl.projects.get(row.id)
        head = f"- 项目: [{facts.name}]({facts.web_url}) \n"
        texts = []
        for push in sorted(pushes, key=lambda e: e.id):
            data = push.push_data
            commits = project.commits.list(
                ref_name=f"{data['commit_from']}..{data['commit_to']}", per_page=20, get_all=False
            )
            message = commits[-1].message.replace("\n", "")
            texts.append(
                f"## GitLab <font color=\"info\">push</font> 通知: \n\n{head}"
                f"- 更新人: *{push.author_username}* \n- 提交信息: {message} \n"
            )
        for job in sorted(jobs, key=lambda j: (j.finished_at, j.id)):
            message = job.commit["message"].replace("\n", "")
            texts.append(
                f"## GitLab build <font color=\"warning\">failed</font> 通知: \n\n{head}"
                f"- 请 **{job.user['username']}** 关注最近提交的内容 \n- 提交信息: {message} \n"
            )
        return texts


    listing = gl.projects.list(
        membership=True, simple=True, archived=False, pagination="keyset", order_by="id", sort="asc",
        per_page=100, iterator=True, last_activity_after=since,
    )
    with ThreadPoolExecutor(8) as pool, open(output, "w") as file:
        for texts in pool.map(read, listing):
            for text in texts:
                file.write(json.dumps(text) + "\n")
    """#
}

/// Programs of this machine.
enum Tools {
  /// Returns where a program is, or nil where it is not installed.
  static func path(of name: String) -> String? {
    let folders = Environment.value("PATH")?.split(separator: ":") ?? []
    return folders.map { "\($0)/\(name)" }.first(where: Files.exists)
  }

  /// The environment that moves a program's clock, or nil where libfaketime is not installed.
  static func clock(ahead milliseconds: Int64) -> [String: String]? {
    let folders = ["x86_64-linux-gnu", "aarch64-linux-gnu", ""]
    let libraries = folders.map { "/usr/lib/\($0)/faketime/libfaketime.so.1" }
    guard let library = libraries.first(where: Files.exists) else { return nil }
    // Waits are by the monotonic clock, and with that one moved they never end.
    return [
      "LD_PRELOAD": library, "FAKETIME": "+\(milliseconds / 1000)s",
      "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    ]
  }
}
