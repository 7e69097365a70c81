//! A disk that may lose its power: what it surely holds, and what it may hold. A file's data are sure once the file was synced,
//! its name once the folder was. Of data that were not synced, every sector may be there or not; of names that were not, the
//! first so many (as a file system with a journal keeps them) or any (as one without may).

use crate::campaign::Random;
use crate::shim::Call;
use std::collections::BTreeMap;
use std::path::Path;

/// What a disk holds after it lost its power: each path with a file's content, or none for a folder.
pub type Held = BTreeMap<String, Option<Vec<u8>>>;

/// A disk while it is written to.
pub struct Disk<'a> {
    root: String,
    files: Vec<File<'a>>,
    names: BTreeMap<String, Node>,
    sure: BTreeMap<String, Node>,
    unsure: Vec<Naming>,
}

/// How names are kept that were not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// In order: the first so many.
    InOrder,
    /// Each for itself.
    Any,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

#[derive(Default)]
struct File<'a> {
    sure: Vec<u8>,
    unsure: Vec<Change<'a>>,
}

enum Change<'a> {
    Write(usize, &'a [u8]),
    Size(usize),
}

struct Naming {
    folder: String,
    gone: Option<String>,
    there: Option<String>,
    node: Node,
}

impl<'a> Disk<'a> {
    /// A disk with the folder `root`, after `calls`.
    pub fn after(root: &str, calls: &'a [Call]) -> Self {
        let root_node = (root.to_owned(), Node::Folder);
        let mut disk = Self {
            root: root.to_owned(),
            files: Vec::new(),
            names: BTreeMap::from([root_node.clone()]),
            sure: BTreeMap::from([root_node]),
            unsure: Vec::new(),
        };
        calls.iter().for_each(|call| disk.apply(call));
        disk
    }

    fn apply(&mut self, call: &'a Call) {
        let path = &call.path;
        let size = |n: u64| usize::try_from(n).expect("fits");
        match call.name.as_str() {
            "create" => {
                self.files.push(File::default());
                self.name(None, Some(path), Node::File(self.files.len() - 1));
            }
            "mkdir" => self.name(None, Some(path), Node::Folder),
            "empty" => self.change(path, Change::Size(0)),
            "ftruncate" => self.change(path, Change::Size(size(call.length))),
            "write" | "pwrite" => self.change(path, Change::Write(size(call.offset), &call.data)),
            "rename" => self.name(Some(path), Some(&call.other), self.names[path]),
            "unlink" => self.name(Some(path), None, self.names[path]),
            "fsync" => self.sync(path),
            other => panic!("{other} is not modelled"),
        }
    }

    fn name(&mut self, gone: Option<&String>, there: Option<&String>, node: Node) {
        let naming = Naming {
            folder: above(there.or(gone).expect("one of them")).to_owned(),
            gone: gone.cloned(),
            there: there.cloned(),
            node,
        };
        naming.done(&mut self.names);
        self.unsure.push(naming);
    }

    fn change(&mut self, path: &str, change: Change<'a>) {
        // A file without a name is gone after a loss of power.
        if let Some(Node::File(file)) = self.names.get(path) {
            self.files[*file].unsure.push(change);
        }
    }

    fn sync(&mut self, path: &str) {
        match self.names.get(path) {
            Some(Node::File(file)) => {
                let file = &mut self.files[*file];
                for change in file.unsure.drain(..) {
                    change.done(&mut file.sure);
                }
            }
            Some(Node::Folder) => {
                let (of_it, others) = std::mem::take(&mut self.unsure)
                    .into_iter()
                    .partition(|naming| naming.folder == path);
                self.unsure = others;
                let of_it: Vec<Naming> = of_it;
                of_it.iter().for_each(|naming| naming.done(&mut self.sure));
            }
            None => panic!("{path} is synced and has no name"),
        }
    }

    /// How much may be there or not.
    pub fn at_stake(&self) -> usize {
        let sectors = |change: &Change<'_>| match change {
            Change::Size(_) => 1,
            Change::Write(_, data) => data.len().div_ceil(512),
        };
        let data = self.files.iter().flat_map(|file| &file.unsure);
        self.unsure.len() + data.map(sectors).sum::<usize>()
    }

    /// What the disk holds when nothing is lost.
    pub fn whole(&self) -> Held {
        self.held(&self.names, |file| {
            let mut bytes = file.sure.clone();
            file.unsure.iter().for_each(|c| c.done(&mut bytes));
            bytes
        })
    }

    /// What it may hold after a loss of power.
    pub fn without_power(&self, names: Names, random: &mut Random) -> Held {
        let mut held = self.sure.clone();
        let first = random.below(self.unsure.len() + 1);
        for (i, naming) in self.unsure.iter().enumerate() {
            let kept = match names {
                Names::InOrder => i < first,
                Names::Any => random.below(2) == 0,
            };
            if kept {
                naming.done(&mut held);
            }
        }
        let mut loss = Loss::draw(random);
        self.held(&held, |file| loss.of(file))
    }

    fn held(
        &self,
        names: &BTreeMap<String, Node>,
        mut content: impl FnMut(&File<'a>) -> Vec<u8>,
    ) -> Held {
        let mut held = Held::new();
        // A folder comes before what is in it.
        for (path, node) in names {
            if *path != self.root && held.contains_key(above(path)) || above(path) == self.root {
                let bytes = match node {
                    Node::Folder => None,
                    Node::File(file) => Some(content(&self.files[*file])),
                };
                held.insert(path.clone(), bytes);
            }
        }
        held
    }
}

impl Naming {
    fn done(&self, names: &mut BTreeMap<String, Node>) {
        if let Some(gone) = &self.gone
            && names.get(gone) == Some(&self.node)
        {
            names.remove(gone);
        }
        if let Some(there) = &self.there {
            names.insert(there.clone(), self.node);
        }
    }
}

impl Change<'_> {
    fn done(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Size(size) => bytes.resize(*size, 0),
            Self::Write(at, data) => put(bytes, *at, data),
        }
    }
}

// What becomes of data that were not synced.
struct Loss<'a> {
    random: &'a mut Random,
    // Of 8 changes, so many are lost whole and so many in part.
    lost: usize,
    torn: usize,
    sector: usize,
    // Whether a file has its new length although the data are not there.
    grown: bool,
}

impl<'a> Loss<'a> {
    fn draw(random: &'a mut Random) -> Self {
        let (lost, torn) = PATTERNS[random.below(PATTERNS.len())];
        let (sector, grown) = ([512, 4096][random.below(2)], random.below(2) == 0);
        Self {
            random,
            lost,
            torn,
            sector,
            grown,
        }
    }

    fn of(&mut self, file: &File<'_>) -> Vec<u8> {
        let mut bytes = file.sure.clone();
        for change in &file.unsure {
            let drawn = self.random.below(8);
            match change {
                _ if drawn >= self.lost + self.torn => change.done(&mut bytes),
                Change::Size(_) => {}
                Change::Write(at, data) => self.tear(&mut bytes, *at, data, drawn < self.lost),
            }
        }
        bytes
    }

    fn tear(&mut self, bytes: &mut Vec<u8>, at: usize, data: &[u8], all: bool) {
        if self.grown && bytes.len() < at + data.len() {
            bytes.resize(at + data.len(), 0);
        }
        let mut done = 0;
        while done < data.len() {
            let end = (self.sector - (at + done) % self.sector + done).min(data.len());
            if !all && self.random.below(2) == 0 {
                put(bytes, at + done, &data[done..end]);
            }
            done = end;
        }
    }
}

/// Of 8 changes, how many are lost whole and how many in part.
const PATTERNS: [(usize, usize); 8] = [
    (0, 0),
    (8, 0),
    (0, 8),
    (4, 0),
    (2, 3),
    (1, 1),
    (0, 4),
    (4, 4),
];

fn put(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    if bytes.len() < at + data.len() {
        bytes.resize(at + data.len(), 0);
    }
    bytes[at..at + data.len()].copy_from_slice(data);
}

fn above(path: &str) -> &str {
    Path::new(path)
        .parent()
        .and_then(Path::to_str)
        .expect("absolute")
}
