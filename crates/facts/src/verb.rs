//! The closed list of neutral verbs: what a command does to the plant, whatever its protocol calls it.

macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// What a command does to the plant. A dozen rules over these cover every protocol.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Verb { $($(#[$doc])* $name,)* }

        impl Verb {
            /// Every verb, in the order of the design.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word used in documents, SQL and the console.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

verbs! {
    /// Ask who is there (broadcast identity requests).
    Discover "discover";
    /// Ask one device who it is.
    Identify "identify";
    /// Read process data or parameters.
    Read "read";
    /// Ask to be told of changes.
    Subscribe "subscribe";
    /// Data sent without a request, or in answer to a subscription.
    Report "report";
    /// Write process data.
    Write "write";
    /// Operate a switch or output (select, direct operate, control).
    Operate "operate";
    /// Force an input or output against the program.
    Force "force";
    /// Change configuration or parameters of the device.
    Configure "configure";
    /// Set the device's clock.
    SetClock "set-clock";
    /// Open a session, with or without a password.
    Login "login";
    /// Close a session.
    Logout "logout";
    /// Create, change or delete users or passwords.
    ManageUser "manage-user";
    /// Program from device to engineer.
    UploadProgram "upload-program";
    /// Program from engineer to device.
    DownloadProgram "download-program";
    /// Delete a program or block.
    DeleteProgram "delete-program";
    /// Start the controller's program.
    Start "start";
    /// Stop the controller's program.
    Stop "stop";
    /// Change the operating mode otherwise (program, test, remote).
    ChangeMode "change-mode";
    /// Restart or reset the device.
    Reset "reset";
    /// Replace firmware.
    UpdateFirmware "update-firmware";
    /// Read a file.
    ReadFile "read-file";
    /// Write a file.
    WriteFile "write-file";
    /// Delete a file.
    DeleteFile "delete-file";
    /// Diagnostics, tests, counters, keep-alives.
    Diagnose "diagnose";
    /// None of the above.
    Other "other";
}
