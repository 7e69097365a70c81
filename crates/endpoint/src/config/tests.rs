use super::*;

// The template as it would be with every option taken.
fn spoken() -> String {
    let bare = |line: &str| {
        let option = line.strip_prefix('#').unwrap_or(line);
        match option.chars().next() {
            Some('[' | 'a'..='z') => Some(option.to_owned()),
            _ => None,
        }
    };
    TEMPLATE
        .lines()
        .filter_map(bare)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn what_init_writes_is_what_counts_without_it() {
    let (written, none) = (Config::parse(TEMPLATE).unwrap(), Config::default());
    assert_eq!(format!("{written:?}"), format!("{none:?}"));
    // Also spoken out, but for what has no default.
    let spoken = Config::parse(&spoken()).unwrap();
    assert_eq!(format!("{:?}", spoken.limits), format!("{:?}", none.limits));
    assert_eq!(spoken.listen.address, none.listen.address);
    assert_eq!(spoken.bucket.unwrap().region, region());
    assert!(spoken.tls.is_some() && spoken.watch.is_some());
}

#[test]
fn every_option_is_explained() {
    // Taking one option's line away from a configuration of all must be seen in what is read.
    let all = spoken();
    let whole = format!("{:?}", Config::parse(&all).unwrap());
    let names: Vec<&str> = whole
        .split([' ', '{'])
        .filter_map(|word| word.strip_suffix(':'))
        .collect();
    for name in names {
        let name = name.replace('_', "-");
        let told = all
            .lines()
            .any(|line| line == format!("[{name}]") || line.starts_with(&format!("{name} = ")));
        assert!(told, "{name} stands nowhere in the file that init writes");
    }
}

#[test]
fn a_wrong_line_is_named() {
    for (text, told) in [
        ("[limits]\nuploadz = 3\n", "line 2: unknown field"),
        ("[limits]\nuploads = \"many\"\n", "line 2: invalid type"),
        ("\n[listen]\naddress = \"nowhere\"\n", "line 3: "),
        ("[tls]\ncertificate = \"/a\"\n", "missing field `key`"),
        ("[limits]\nuploads = 0\n", "uploads must be 1 to 1000"),
        ("[limits]\nconnections = 100001\n", "connections must be"),
        (
            "[limits]\nsilence-seconds = 601\n",
            "silence-seconds must be",
        ),
        ("[limits]\nheader-seconds = 0\n", "header-seconds must be"),
        ("[limits]\nbundles-a-day = 0\n", "bundles-a-day must be"),
        (
            "[limits]\npieces-in-memory = 0\n",
            "pieces-in-memory must be",
        ),
        (
            "[limits]\nreserve-mib = 1073741825\n",
            "reserve-mib must be",
        ),
    ] {
        let said = Config::parse(text).unwrap_err().to_string();
        assert!(said.contains(told), "{text}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_bucket_is_reached_over_a_guarded_line_alone() {
    let at = |address: &str| {
        let text = format!("[bucket]\naddress = \"{address}\"\nname = \"a\"\ncredentials = \"/k\"");
        Config::parse(&text).map(drop)
    };
    for guarded in [
        "https://s3.example.org",
        "http://127.0.0.1:9000",
        "http://[::1]:9000",
    ] {
        assert!(at(guarded).is_ok(), "{guarded}");
    }
    for open in [
        "http://s3.example.org",
        "http://127.0.0.1.example.org:80",
        "http://127.0.0.1:80@example.org",
        "s3.example.org",
        "",
    ] {
        assert!(matches!(at(open), Err(ConfigError::PlainBucket)), "{open}");
    }
}
