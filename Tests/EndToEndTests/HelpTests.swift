import Platform
import TestSupport
import Testing

/// The texts of the help and the answers to command lines that cannot be used.
@Suite(.temporaryFolder, .timeLimit(.minutes(15))) struct HelpTests {
  static let overview = """
    gitlab-wecom posts GitLab's pushes and failed builds to WeCom group bots.

    usage: gitlab-wecom COMMAND [OPTION …]

    commands:
      run                   makes one pass and ends: for cron
      watch                 makes passes for ever: for a service
      check                 examines configuration, GitLab, token, routes and bots
      status                shows what the state holds, also while a pass runs
      backfill              tells what happened in a span and was not told
      baseline              takes GitLab as it stands as the new beginning
      service systemd|cron  prints what starts it by itself
      completions bash|zsh  prints the completions of a shell
      help [COMMAND]        prints this, or the help of one command

    options:
      --config FILE  the configuration (default: config.toml here, else
                     /etc/gitlab-wecom/config.toml)
      --help         prints the help of the program or of a command
      --version      prints the version

    exit codes:
      0         all well, or nothing to do
      1         something failed and will be tried again; the output says what
      64        the command line cannot be used
      65        the state is damaged, or newer than this program
      69        GitLab is not reachable
      70        a bug of this program
      73, 74    the state cannot be created or written
      75        another pass has been at work for over 15 minutes
      77        GitLab refuses the token
      78        the configuration cannot be used
      130, 143  stopped by SIGINT or SIGTERM, in good order

    """

  static let run = """
    gitlab-wecom run makes one pass and ends: for cron

    usage: gitlab-wecom run [--dry-run] [--verbose] [--quiet] [--config FILE]

    options:
      --dry-run      prints what would be posted and changes nothing
      --verbose      tells every step on standard error
      --quiet        says errors only; no progress, no summary
      --config FILE  the configuration (default: config.toml here, else
                     /etc/gitlab-wecom/config.toml)
      --help         prints this

    A pass asks GitLab what is new, records it, and posts it to the bots. From cron
    it says nothing when all is well; a lasting trouble is said when it begins, once
    a day, and when it ends, while the exit code stays. On a terminal it shows its
    progress and a summary.

    """

  static let check = """
    gitlab-wecom check examines configuration, GitLab, token, routes and bots

    usage: gitlab-wecom check [--send] [--explain PROJECT BRANCH] [--verbose]
           [--config FILE]

    options:
      --send                    posts a test message to each bot
      --explain PROJECT BRANCH  says who is told of news there, and why; nothing
                                else
      --verbose                 names the projects of each route, and tries every
                                one
      --config FILE             the configuration (default: config.toml here, else
                                /etc/gitlab-wecom/config.toml)
      --help                    prints this

    Each finding says what to do. Without --send no message is posted. The state is
    looked at and not changed.

    """

  static let backfill = """
    gitlab-wecom backfill tells what happened in a span and was not told

    usage: gitlab-wecom backfill [--since TIME] [--until TIME] [--project PATH …]
           [--force] [--dry-run] [--verbose] [--quiet] [--config FILE]

    options:
      --since TIME      tells what happened from then on (needed)
      --until TIME      and before then (default: now)
      --project PATH …  only these, by full path or id (default: all)
      --force           tells again what was told already
      --dry-run         prints what would be posted and changes nothing
      --verbose         tells every step on standard error
      --quiet           says errors only; no progress, no summary
      --config FILE     the configuration (default: config.toml here, else
                        /etc/gitlab-wecom/config.toml)
      --help            prints this

    What was there before the watch began, was too old or was kept aside is told
    now. max_age and the deadline do not apply. Waits while a pass is at work. TIME
    is 2026-11-20, 2026-11-20T08:00, with or without an offset (else local time), or
    3d, 12h, 90m for so long ago.

    """

  @Test(
    arguments: [
      (["help"], overview), (["--help"], overview), (["help", "run"], run), (["run", "-h"], run),
      (["run", "--verbose", "--help", "--nonsense"], run), (["check", "--help"], check),
      (["help", "backfill"], backfill), (["watch", "-h"], HelpPages.watch),
      (["help", "status"], HelpPages.status), (["baseline", "--help"], HelpPages.baseline),
      (["help", "service"], HelpPages.service), (["help", "completions"], HelpPages.completions),
      (["help", "help"], HelpPages.help),
    ]
  )
  func `help prints the same words every time`(arguments: [String], text: String) async throws {
    let installation = try Installation()
    let started = try installation.start(arguments)
    #expect(Run(await started.result(), in: installation) == Run(code: 0, output: text))
  }

  @Test func `every line of help fits into 80 columns`() async throws {
    let installation = try Installation()
    let commands = [
      "run", "watch", "check", "status", "backfill", "baseline", "service", "completions", "help",
    ]
    for command in commands {
      let help = try await installation.run("help", command)
      #expect(help.code == 0)
      #expect(help.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
      #expect(help.output.hasPrefix("gitlab-wecom \(command) "))
    }
  }

  @Test func `the version is one line`() async throws {
    let run = try await Installation().run("--version")
    #expect(run == Run(code: 0, output: "gitlab-wecom 1.0.0\n"))
  }

  @Test(
    arguments: [
      ([], #"a command is missing; "gitlab-wecom help" lists them"#),
      (["chek"], #"unknown command "chek"; did you mean "check"?"#),
      (["frobnicate"], #"unknown command "frobnicate"; see gitlab-wecom help"#),
      (["run\u{1B}[2J"], #"unknown command "run\u{1B}[2J"; did you mean "run"?"#),
      (["--colour"], #"unknown option "--colour"; see gitlab-wecom help"#),
      (["run", "--dry"], #"unknown option "--dry" of run; did you mean "--dry-run"?"#),
      (["run", "--send"], #"unknown option "--send" of run; see gitlab-wecom help run"#),
      (["run", "now"], #"unexpected argument "now" of run; see gitlab-wecom help run"#),
      (["run", "--config"], "option --config needs FILE"),
      (["run", "--config", "--quiet"], "option --config needs FILE"),
      (["run", "--config="], "option --config needs FILE"),
      (["run", "--config", "a", "--config", "b"], "option --config is given twice"),
      (["run", "--quiet=yes"], "option --quiet takes no value"),
      (["run", "--quiet", "--verbose"], "--verbose and --quiet exclude each other"),
      (["check", "--explain", "docs/manual"], "option --explain needs PROJECT and BRANCH"),
      (["backfill"], "backfill needs --since TIME; see gitlab-wecom help backfill"),
      (["backfill", "--project"], "option --project needs PATH"),
      (["service"], "service needs one word: systemd or cron"),
      (["service", "sytemd"], #"service knows no "sytemd"; did you mean "systemd"?"#),
      (["completions", "fish"], #"completions knows no "fish"; it is bash or zsh"#),
      (
        ["--config", "x", "help"],
        #"unknown option "--config" of help; see gitlab-wecom help help"#
      ),
      (
        ["backfill", "--since", "tomorrow"],
        #"option --since: "tomorrow" is no time; write 2026-11-20, 2026-11-20T08:00, "#
          + "2026-11-20T08:00+08:00, or 3d, 12h, 90m for so long ago"
      ),
      (
        ["backfill", "--since", "1d", "--until", "2d"],
        "option --since: it is not before --until"
      ),
    ] as [([String], String)]
  )
  func `a command line that cannot be used is answered with 64`(
    arguments: [String],
    text: String
  ) async throws {
    let installation = try Installation()
    let started = try installation.start(arguments)
    #expect(
      Run(await started.result(), in: installation)
        == Run(code: 64, errors: "gitlab-wecom: \(text)\n")
    )
  }

  @Test func `the printed crontab line names program and configuration`() async throws {
    let installation = try Installation()
    let run = try await installation.run("service", "cron")
    #expect(
      run.output == """
        # gitlab-wecom: one pass every minute; it says nothing when all is well.
        # Put this into the crontab of the user who owns the state (crontab -e).
        * * * * * SWIFT_BACKTRACE=enable=no \(Installation.programPath) run --config \
        FOLDER/config.toml

        """
    )
  }

  /// The hardening is the same in both services.
  @Test func `the printed units are these`() async throws {
    let installation = try Installation()
    let run = try await installation.run("service", "systemd")
    #expect(run.code == 0)
    // A clone below /home is not to be hidden from the program in it.
    let parts = run.output.replacing(Installation.programPath, with: "PROGRAM")
      .replacing("ProtectHome=read-only", with: "ProtectHome=yes")
      .replacing(Self.hardening, with: "HARDENING\n")
    #expect(
      parts == """
        # gitlab-wecom for systemd. Either the timer, which starts a pass every minute:
        #   save the first two parts under the names above them, then
        #   systemctl daemon-reload && systemctl enable --now gitlab-wecom.timer
        # or the watch, one process that makes passes by itself: save the third part, then
        #   systemctl daemon-reload && systemctl enable --now gitlab-wecom-watch.service
        #
        # They run as a user of their own, who may read the configuration but no file of root's:
        # keep the secrets in files of root alone and hand them over as credentials. For
        # token = { credential = "gitlab-token" } the line LoadCredential= below is the right one.
        # The state is in /var/lib/gitlab-wecom. For [metrics] file, let ReadWritePaths= name its folder
        # and SupplementaryGroups= a group that may write there.

        # ---- /etc/systemd/system/gitlab-wecom.service ----

        [Unit]
        Description=Tell WeCom of GitLab's pushes and failed builds
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=oneshot
        ExecStart=PROGRAM run --config FOLDER/config.toml
        TimeoutStartSec=5min
        HARDENING

        # ---- /etc/systemd/system/gitlab-wecom.timer ----

        [Unit]
        Description=Tell WeCom of GitLab's pushes and failed builds, every minute

        [Timer]
        OnCalendar=minutely
        AccuracySec=1s
        RandomizedDelaySec=5s

        [Install]
        WantedBy=timers.target

        # ---- /etc/systemd/system/gitlab-wecom-watch.service ----

        [Unit]
        Description=Tell WeCom of GitLab's pushes and failed builds, all the time
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=notify
        ExecStart=PROGRAM watch --config FOLDER/config.toml
        Restart=on-failure
        RestartSec=10s
        TimeoutStartSec=1min
        TimeoutStopSec=10s
        WatchdogSec=2min
        HARDENING

        [Install]
        WantedBy=multi-user.target

        """
    )
  }

  private static let hardening = """
    Environment=SWIFT_BACKTRACE=enable=no
    DynamicUser=yes
    StateDirectory=gitlab-wecom
    StateDirectoryMode=0700
    UMask=0077
    #LoadCredential=gitlab-token:/etc/gitlab-wecom/token
    #ReadWritePaths=/var/lib/node_exporter
    #SupplementaryGroups=node_exporter
    CapabilityBoundingSet=
    AmbientCapabilities=
    NoNewPrivileges=yes
    LockPersonality=yes
    MemoryDenyWriteExecute=yes
    PrivateDevices=yes
    PrivateTmp=yes
    PrivateUsers=yes
    ProtectClock=yes
    ProtectControlGroups=yes
    ProtectHome=yes
    ProtectHostname=yes
    ProtectKernelLogs=yes
    ProtectKernelModules=yes
    ProtectKernelTunables=yes
    ProtectProc=invisible
    ProtectSystem=strict
    RemoveIPC=yes
    RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
    RestrictNamespaces=yes
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    SystemCallArchitectures=native
    SystemCallFilter=@system-service
    SystemCallFilter=~@privileged @resources
    SystemCallErrorNumber=EPERM

    """

  @Test func `bash takes the completions`() async throws {
    let installation = try Installation()
    let script = """
      eval "$(\(Installation.program) completions bash)"
      COMP_WORDS=(gitlab-wecom "$@"); COMP_CWORD=$#
      _gitlab_wecom; echo "${COMPREPLY[@]}"
      """
    for (words, expected) in [
      (["ch"], "check\n"), (["check", "--se"], "--send\n"), (["service", "s"], "systemd\n"),
      (["--config", "x", "back"], "backfill\n"), (["run", "--config", "conf"], "config.toml\n"),
    ] {
      let result = try await ChildProcess.run(
        .init("/bin/bash", ["-c", script, "bash"] + words, folder: installation.folder)
      )
      #expect(result.outputText == expected)
    }
  }
}
