//! The table: every permission, how far it reaches, and which roles have it.

use crate::role::Role;
use crate::role::Role::{
    Administrator, Auditor, Enricher, Monitor, Operator, Reader, Sensor, SiteLeader, Viewer,
};
use core::fmt;

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident $text:literal $reach:ident [$($role:ident)*];)*) => {
        /// One thing that somebody may do. Every endpoint names exactly one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Permission { $($(#[$doc])* $name,)* }

        impl Permission {
            /// Every permission, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word used in documents, the audit log and error bodies.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// How a grant's scope bears on the permission.
            #[must_use]
            pub fn reach(self) -> Reach {
                match self { $(Self::$name => Reach::$reach,)* }
            }

            /// The roles that have the permission.
            #[must_use]
            pub fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$($role),*],)* }
            }
        }
    };
}

/// How a grant's scope bears on a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Decided by the place of the object: its line and its zone.
    Placed,
    /// About the plant as a whole: only a grant that is limited to no line and no zone gives it.
    Whole,
    /// About no part of the plant: a grant for any scope gives it.
    Anywhere,
}

permissions! {
    /// See assets, their interfaces, claims, files and the map.
    ViewAssets "view-assets" Placed [Viewer Operator SiteLeader Auditor Administrator Reader Enricher];
    /// See who talks to whom, and which commands.
    ViewTraffic "view-traffic" Placed [Viewer Operator SiteLeader Auditor Administrator Reader];
    /// See history: flows, commands, values and raw detections of the past.
    ViewHistory "view-history" Placed [Viewer Operator SiteLeader Auditor Administrator Reader];
    /// Read and export recorded packets; they hold whatever the plant said, passwords included.
    ViewEvidence "view-evidence" Placed [Operator SiteLeader Auditor Administrator];
    /// See the structure: lines, cells, systems, zones, networks.
    ViewStructure "view-structure" Placed [Viewer Operator SiteLeader Auditor Administrator Reader Enricher];
    /// See the register of assets, its imports and what they did not match.
    ViewRegister "view-register" Placed [Viewer Operator SiteLeader Auditor Administrator Reader];
    /// See requests and what was decided about them.
    ViewRequests "view-requests" Placed [Operator SiteLeader Auditor Administrator];
    /// See weaknesses, their advisories, decisions about them, and risk.
    ViewRisk "view-risk" Placed [Viewer Operator SiteLeader Auditor Administrator Reader];
    /// Take lists out as files (CSV, XLSX, JSON).
    ExportData "export-data" Placed [Viewer Operator SiteLeader Auditor Administrator Reader];

    /// Change what people say of an asset: floor name, number, owner, tags, notes, files.
    EditAssets "edit-assets" Placed [Operator SiteLeader Administrator];
    /// Put assets together that are one, or apart again.
    MergeAssets "merge-assets" Placed [Operator SiteLeader Administrator];
    /// Declare what an asset is, over what was inferred.
    ConfirmIdentity "confirm-identity" Placed [SiteLeader Administrator];
    /// Post claims of another system about assets.
    PostClaims "post-claims" Placed [Administrator Enricher];
    /// Decide what becomes of weaknesses, and how bad the loss of an asset, a zone or a line is.
    DecideRisk "decide-risk" Placed [SiteLeader Administrator];
    /// Change lines, cells, systems, zones and networks.
    EditStructure "edit-structure" Placed [SiteLeader Administrator];
    /// Ask for what needs somebody else's approval.
    RaiseRequests "raise-requests" Placed [Operator SiteLeader Administrator];
    /// Decide a request of somebody else.
    ApproveRequests "approve-requests" Placed [SiteLeader Administrator];

    /// Place the boxes of the map, for everybody.
    ArrangeMap "arrange-map" Whole [Operator SiteLeader Administrator];
    /// Change the method by which risk is computed: weights, matrix, tolerable band.
    EditRiskMethod "edit-risk-method" Whole [SiteLeader Administrator];
    /// Sign a step of commissioning off, or take that back.
    SignOff "sign-off" Whole [SiteLeader Administrator];
    /// Change calendars: shifts, stops, holidays, fiscal year.
    EditCalendars "edit-calendars" Whole [SiteLeader Administrator];
    /// Read a register into a preview; nothing of the plant changes.
    PreviewImport "preview-import" Whole [Operator SiteLeader Administrator];
    /// Apply a previewed register.
    ApplyImport "apply-import" Whole [SiteLeader Administrator];
    /// Undo an applied register.
    UndoImport "undo-import" Whole [SiteLeader Administrator];
    /// Feed a capture file into the model.
    UploadCaptures "upload-captures" Whole [Operator SiteLeader Administrator];

    /// Read the audit log and verify its chain.
    ViewAudit "view-audit" Whole [SiteLeader Auditor Administrator];
    /// See users, their grants, and the tokens' names and last uses.
    ViewUsers "view-users" Whole [Auditor Administrator];
    /// Create, change, lock and remove users; give and take grants; make enrolment links.
    ManageUsers "manage-users" Whole [Administrator];
    /// Issue and revoke machine tokens.
    ManageTokens "manage-tokens" Whole [Administrator];
    /// Enrol, rename and revoke remote sensors.
    ManageSensors "manage-sensors" Whole [Administrator];
    /// See settings, receivers of messages and certificates; secrets are never shown to anyone.
    ViewSettings "view-settings" Whole [SiteLeader Auditor Administrator];
    /// Create and change receivers of signed change messages, and replay messages.
    ManageWebhooks "manage-webhooks" Whole [Administrator];
    /// Change settings: capture, retention, log-in providers, feeds.
    ManageSettings "manage-settings" Whole [Administrator];
    /// Replace the server's certificate and the local authority's.
    ManageCertificates "manage-certificates" Whole [Administrator];
    /// Make and fetch an encrypted backup.
    MakeBackup "make-backup" Whole [Administrator];
    /// Replace everything with a backup.
    RestoreBackup "restore-backup" Whole [Administrator];
    /// Fetch the support bundle, which holds no secrets.
    ViewSupportBundle "view-support-bundle" Whole [SiteLeader Auditor Administrator];

    /// See the product's health: mirror truth, queues, disk, clock, feeds, sensors.
    ViewHealth "view-health" Anywhere [Viewer Operator SiteLeader Auditor Administrator Reader Monitor];
    /// Read the metrics in Prometheus form.
    ViewMetrics "view-metrics" Anywhere [Auditor Administrator Monitor];
    /// See calendars.
    ViewCalendars "view-calendars" Anywhere [Viewer Operator SiteLeader Auditor Administrator Reader];
    /// See and change what is one's own: password, second factors, sessions, language.
    ManageOwnAccount "manage-own-account" Anywhere [Viewer Operator SiteLeader Auditor Administrator];
    /// Share a view of one's own with everybody, and take shared ones back.
    ShareViews "share-views" Anywhere [SiteLeader Administrator];
    /// Let the demo's plant play its story; other sites have none.
    PlayStory "play-story" Anywhere [Operator SiteLeader Administrator];
    /// Deliver batches of observations.
    DeliverObservations "deliver-observations" Anywhere [Sensor];
}

impl Permission {
    /// Whether `role` has the permission.
    #[must_use]
    pub fn held_by(self, role: Role) -> bool {
        self.roles().contains(&role)
    }

    /// Whether two different people are needed: who asked may not be who decides.
    #[must_use]
    pub fn needs_other_hand(self) -> bool {
        matches!(self, Self::ApproveRequests)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
