//! What the process that reads strangers' bytes may still do: use memory, read and write what it was handed, look at
//! the clock. Everything else is refused by the kernel, so a fault in a dissector is worth nothing to whoever finds it.
//!
//! Three walls that do not rely on each other: no capability (and none to be had), landlock without a single rule (no
//! file, no TCP, no signal to others), and a seccomp list of the system calls that are needed.

use caps::CapSet;
use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
use rustix::process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};
use std::collections::BTreeMap;
use std::time::Duration;
use std::{error, fmt};

/// Why a process is not inside its sandbox. It must end without reading anything.
#[derive(Debug)]
pub struct SandboxError {
    what: &'static str,
    source: Box<dyn error::Error + Send + Sync>,
}

impl fmt::Display for SandboxError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "enter the sandbox: cannot {}: {}", self.what, self.source)
    }
}

impl error::Error for SandboxError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(self.source.as_ref())
    }
}

/// Limits for a process that reads one file of a stranger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Memory that it may take beyond what it had at the start, in bytes.
    pub memory_bytes: u64,
    /// Processor time it may use, in whole seconds; at least one.
    pub cpu: Duration,
}

impl Default for Quota {
    /// 1 GiB and ten minutes.
    fn default() -> Self {
        Self { memory_bytes: 1 << 30, cpu: Duration::from_secs(600) }
    }
}

/// Enters the sandbox. There is no way back. Only the calling thread is meant: call it while there is no other.
///
/// The lines that come back say what this kernel lacks; they are to be shown to the operator.
pub fn enter(quota: Option<Quota>) -> Result<Vec<String>, SandboxError> {
    let mut remarks = Vec::new();
    limit(quota)?;
    drop_capabilities(&[])?;
    match landlock() {
        Ok(RulesetStatus::FullyEnforced) => {}
        Ok(RulesetStatus::PartiallyEnforced) => remarks.push(
            "landlock of this kernel is an old one and forbids only a part; the system call filter forbids the rest"
                .to_owned(),
        ),
        Ok(RulesetStatus::NotEnforced) => remarks.push(
            "this kernel has no landlock (boot with lsm=landlock,... to have it); the system call filter alone keeps \
             the sensor from files"
                .to_owned(),
        ),
        Err(error) => remarks.push(format!(
            "landlock was refused ({error}); the system call filter alone keeps the sensor from files"
        )),
    }
    seccompiler::apply_filter(&filter()?).map_err(failed("set the system call filter"))?;
    Ok(remarks)
}

/// Gives up every capability but those named, for good; no program started from here on gets more.
pub fn drop_capabilities(kept: &[caps::Capability]) -> Result<(), SandboxError> {
    let kept: caps::CapsHashSet = kept.iter().copied().collect();
    rustix::thread::set_no_new_privs(true).map_err(failed("forbid new privileges"))?;
    for capability in caps::all().difference(&kept) {
        // The bounding set may be changed only with CAP_SETPCAP; without it there is nothing to be gained by exec.
        caps::drop(None, CapSet::Bounding, *capability).ok();
    }
    let held = caps::read(None, CapSet::Permitted).map_err(failed("read its capabilities"))?;
    let kept: caps::CapsHashSet = kept.intersection(&held).copied().collect();
    caps::clear(None, CapSet::Ambient).ok();
    for (set, what) in [
        (CapSet::Effective, "give up effective capabilities"),
        (CapSet::Permitted, "give up permitted capabilities"),
        (CapSet::Inheritable, "give up inheritable capabilities"),
    ] {
        caps::set(None, set, &kept).map_err(failed(what))?;
    }
    Ok(())
}

/// No core file and no debugger may show packets, and a quota ends a process that a file makes run wild.
fn limit(quota: Option<Quota>) -> Result<(), SandboxError> {
    set_dumpable_behavior(DumpableBehavior::NotDumpable).map_err(failed("hide its memory"))?;
    let set = |resource, limit| {
        let limit = Rlimit { current: Some(limit), maximum: Some(limit) };
        setrlimit(resource, limit).map_err(failed("set its limits"))
    };
    set(Resource::Core, 0)?;
    if let Some(quota) = quota {
        let in_use = address_space().unwrap_or(0);
        set(Resource::As, in_use.saturating_add(quota.memory_bytes))?;
        let seconds = quota.cpu.as_secs().max(1);
        // The soft limit ends the process by a signal of its own, which says why.
        let maximum = getrlimit(Resource::Cpu).maximum;
        let limit =
            Rlimit { current: Some(seconds), maximum: Some(maximum.unwrap_or(seconds + 1).min(seconds + 1)) };
        setrlimit(Resource::Cpu, limit).map_err(failed("set its limits"))?;
    }
    Ok(())
}

/// Bytes of address space in use: the limit of the kernel counts from zero, and an allocator reserves ahead.
fn address_space() -> Option<u64> {
    let pages: u64 = std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').next()?.parse().ok()?;
    Some(pages.saturating_mul(u64::try_from(rustix::param::page_size()).ok()?))
}

fn landlock() -> Result<RulesetStatus, landlock::RulesetError> {
    let newest = ABI::V6;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(newest))?
        .handle_access(AccessNet::from_all(newest))?
        .scope(Scope::from_all(newest))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset)
}

/// System calls that are needed whatever their arguments.
const ALLOWED: &[libc::c_long] = &[
    // Descriptors that it has.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_ftruncate,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_ppoll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_getsockopt,
    // Memory.
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    // Time, chance, and the life of the process.
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_restart_syscall,
    libc::SYS_getrandom,
    libc::SYS_futex,
    libc::SYS_sched_yield,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_sigaltstack,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Calls that are needed only to get memory that cannot be executed; the argument that says so is the third.
const WITHOUT_EXECUTION: &[libc::c_long] = &[libc::SYS_mmap, libc::SYS_mprotect];

/// Everything else answers "not permitted", which a program survives: a new version of the C library may try a new call
/// first and falls back.
fn filter() -> Result<BpfProgram, SandboxError> {
    let what = "build the system call filter";
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    let execution = u64::try_from(libc::PROT_EXEC).unwrap_or(u64::MAX);
    for call in WITHOUT_EXECUTION {
        let operator = SeccompCmpOp::MaskedEq(execution);
        let condition =
            SeccompCondition::new(2, SeccompCmpArgLen::Dword, operator, 0).map_err(failed(what))?;
        rules.insert(*call, vec![SeccompRule::new(vec![condition]).map_err(failed(what))?]);
    }
    // Without memory the process ends itself by a signal, which says why; it may send none to others.
    let own = u64::from(std::process::id());
    let condition =
        SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, own).map_err(failed(what))?;
    rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![condition]).map_err(failed(what))?]);
    let architecture = std::env::consts::ARCH.try_into().map_err(failed(what))?;
    let refusal = SeccompAction::Errno(u32::try_from(libc::EPERM).unwrap_or(1));
    SeccompFilter::new(rules, refusal, SeccompAction::Allow, architecture)
        .and_then(BpfProgram::try_from)
        .map_err(failed(what))
}

fn failed<E: Into<Box<dyn error::Error + Send + Sync>>>(what: &'static str) -> impl Fn(E) -> SandboxError {
    move |error| SandboxError { what, source: error.into() }
}
