/// The help of the commands, word for word, that is not in the tests' own file.
enum HelpPages {
  static let watch = """
    gitlab-wecom watch makes passes for ever: for a service

    usage: gitlab-wecom watch [--verbose] [--quiet] [--config FILE]

    options:
      --verbose      tells every step on standard error
      --quiet        says errors only; no progress, no summary
      --config FILE  the configuration (default: config.toml here, else
                     /etc/gitlab-wecom/config.toml)
      --help         prints this

    From start to start it takes the interval of the configuration, which is read
    anew before each pass; one that cannot be used is refused, and the one before
    stays in use. A cron job or a run by hand beside it does no harm. SIGTERM ends
    it in good order, with exit code 0.

    """

  static let status = """
    gitlab-wecom status shows what the state holds, also while a pass runs

    usage: gitlab-wecom status [--json] [--verbose] [--config FILE]

    options:
      --json         prints one JSON object
      --verbose      lists every project and every message kept aside
      --config FILE  the configuration (default: config.toml here, else
                     /etc/gitlab-wecom/config.toml)
      --help         prints this

    The last pass, lasting troubles, what waits for each bot and why, what was kept
    aside, and how far each project is read. Asks neither GitLab nor WeCom.

    """

  static let baseline = """
    gitlab-wecom baseline takes GitLab as it stands as the new beginning

    usage: gitlab-wecom baseline [--project PATH …] [--verbose] [--quiet]
           [--config FILE]

    options:
      --project PATH …  only these, by full path or id (default: all)
      --verbose         tells every step on standard error
      --quiet           says errors only; no progress, no summary
      --config FILE     the configuration (default: config.toml here, else
                        /etc/gitlab-wecom/config.toml)
      --help            prints this

    What happened so far is not told any more; what waits is kept. The way out of a
    damaged state, whose files are set aside, and of a GitLab restored from a
    backup. Waits while a pass is at work.

    """

  static let service = """
    gitlab-wecom service prints what starts it by itself

    usage: gitlab-wecom service systemd|cron [--config FILE]

    options:
      --config FILE  the configuration (default: config.toml here, else
                     /etc/gitlab-wecom/config.toml)
      --help         prints this

    systemd: units, to be saved as files. cron: a line for a crontab. Both are for
    the place where the program and the configuration are now.

    """

  static let completions = """
    gitlab-wecom completions prints the completions of a shell

    usage: gitlab-wecom completions bash|zsh

    options:
      --help  prints this

    bash: eval "$(gitlab-wecom completions bash)" in ~/.bashrc.
    zsh: save the output as _gitlab-wecom in a folder of $fpath.

    """

  static let help = """
    gitlab-wecom help prints this, or the help of one command

    usage: gitlab-wecom help [COMMAND]

    options:
      --help  prints this

    """
}
