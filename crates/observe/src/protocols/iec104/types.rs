//! Type identifications (IEC 60870-5-101, 7.2.1; 60870-5-104; 60870-5-7): names, verbs, lengths; causes.

use facts::Verb;

/// Name and usual verb of a type; the name begins with the standard's label.
pub(super) fn type_of(type_id: u8) -> (&'static str, Verb) {
    let monitored = |name| (name, Verb::Report);
    match type_id {
        1 => monitored("m_sp_na_1 single-point information"),
        2 => monitored("m_sp_ta_1 single-point information with time tag"),
        3 => monitored("m_dp_na_1 double-point information"),
        4 => monitored("m_dp_ta_1 double-point information with time tag"),
        5 => monitored("m_st_na_1 step position information"),
        6 => monitored("m_st_ta_1 step position information with time tag"),
        7 => monitored("m_bo_na_1 bitstring of 32 bits"),
        8 => monitored("m_bo_ta_1 bitstring of 32 bits with time tag"),
        9 => monitored("m_me_na_1 measured value, normalized"),
        10 => monitored("m_me_ta_1 measured value, normalized with time tag"),
        11 => monitored("m_me_nb_1 measured value, scaled"),
        12 => monitored("m_me_tb_1 measured value, scaled with time tag"),
        13 => monitored("m_me_nc_1 measured value, short floating point"),
        14 => monitored("m_me_tc_1 measured value, short floating point with time tag"),
        15 => monitored("m_it_na_1 integrated totals"),
        16 => monitored("m_it_ta_1 integrated totals with time tag"),
        17 => monitored("m_ep_ta_1 event of protection equipment with time tag"),
        18 => monitored("m_ep_tb_1 packed start events of protection equipment with time tag"),
        19 => monitored("m_ep_tc_1 packed output circuit information of protection equipment with time tag"),
        20 => monitored("m_ps_na_1 packed single-point information with status change detection"),
        21 => monitored("m_me_nd_1 measured value, normalized without quality descriptor"),
        30 => monitored("m_sp_tb_1 single-point information with time tag cp56time2a"),
        31 => monitored("m_dp_tb_1 double-point information with time tag cp56time2a"),
        32 => monitored("m_st_tb_1 step position information with time tag cp56time2a"),
        33 => monitored("m_bo_tb_1 bitstring of 32 bits with time tag cp56time2a"),
        34 => monitored("m_me_td_1 measured value, normalized with time tag cp56time2a"),
        35 => monitored("m_me_te_1 measured value, scaled with time tag cp56time2a"),
        36 => monitored("m_me_tf_1 measured value, short floating point with time tag cp56time2a"),
        37 => monitored("m_it_tb_1 integrated totals with time tag cp56time2a"),
        38 => monitored("m_ep_td_1 event of protection equipment with time tag cp56time2a"),
        39 => monitored("m_ep_te_1 packed start events of protection equipment with time tag cp56time2a"),
        40 => monitored(
            "m_ep_tf_1 packed output circuit information of protection equipment with time tag cp56time2a",
        ),
        41 => monitored("s_it_tc_1 integrated totals of security statistics"),
        70 => monitored("m_ei_na_1 end of initialization"),
        _ => asked(type_id),
    }
}

fn asked(type_id: u8) -> (&'static str, Verb) {
    match type_id {
        45 => ("c_sc_na_1 single command", Verb::Operate),
        46 => ("c_dc_na_1 double command", Verb::Operate),
        47 => ("c_rc_na_1 regulating step command", Verb::Operate),
        48 => ("c_se_na_1 set-point command, normalized", Verb::Write),
        49 => ("c_se_nb_1 set-point command, scaled", Verb::Write),
        50 => ("c_se_nc_1 set-point command, short floating point", Verb::Write),
        51 => ("c_bo_na_1 bitstring of 32 bits command", Verb::Write),
        58 => ("c_sc_ta_1 single command with time tag", Verb::Operate),
        59 => ("c_dc_ta_1 double command with time tag", Verb::Operate),
        60 => ("c_rc_ta_1 regulating step command with time tag", Verb::Operate),
        61 => ("c_se_ta_1 set-point command with time tag, normalized", Verb::Write),
        62 => ("c_se_tb_1 set-point command with time tag, scaled", Verb::Write),
        63 => ("c_se_tc_1 set-point command with time tag, short floating point", Verb::Write),
        64 => ("c_bo_ta_1 bitstring of 32 bits command with time tag", Verb::Write),
        81 => ("s_ch_na_1 authentication challenge", Verb::Login),
        82 => ("s_rp_na_1 authentication reply", Verb::Login),
        83 => ("s_ar_na_1 aggressive mode authentication request", Verb::Login),
        84 => ("s_kr_na_1 session key status request", Verb::Login),
        85 => ("s_ks_na_1 session key status", Verb::Login),
        86 => ("s_kc_na_1 session key change", Verb::Login),
        87 => ("s_er_na_1 authentication error", Verb::Login),
        90 => ("s_us_na_1 user status change", Verb::ManageUser),
        91 => ("s_uq_na_1 update key change request", Verb::ManageUser),
        92 => ("s_ur_na_1 update key change reply", Verb::ManageUser),
        93 => ("s_uk_na_1 update key change, symmetric", Verb::ManageUser),
        94 => ("s_ua_na_1 update key change, asymmetric", Verb::ManageUser),
        95 => ("s_uc_na_1 update key change confirmation", Verb::ManageUser),
        100 => ("c_ic_na_1 interrogation command", Verb::Read),
        101 => ("c_ci_na_1 counter interrogation command", Verb::Read),
        102 => ("c_rd_na_1 read command", Verb::Read),
        103 => ("c_cs_na_1 clock synchronization command", Verb::SetClock),
        104 => ("c_ts_na_1 test command", Verb::Diagnose),
        105 => ("c_rp_na_1 reset process command", Verb::Reset),
        106 => ("c_cd_na_1 delay acquisition command", Verb::Diagnose),
        107 => ("c_ts_ta_1 test command with time tag", Verb::Diagnose),
        110 => ("p_me_na_1 parameter of measured value, normalized", Verb::Configure),
        111 => ("p_me_nb_1 parameter of measured value, scaled", Verb::Configure),
        112 => ("p_me_nc_1 parameter of measured value, short floating point", Verb::Configure),
        113 => ("p_ac_na_1 parameter activation", Verb::Configure),
        // Files go both ways; `observe` turns the verb for those sent to the station.
        120 => ("f_fr_na_1 file ready", Verb::ReadFile),
        121 => ("f_sr_na_1 section ready", Verb::ReadFile),
        122 => ("f_sc_na_1 call directory, select file, call file, call section", Verb::ReadFile),
        123 => ("f_ls_na_1 last section, last segment", Verb::ReadFile),
        124 => ("f_af_na_1 acknowledge file or section", Verb::ReadFile),
        125 => ("f_sg_na_1 segment", Verb::ReadFile),
        126 => ("f_dr_ta_1 directory", Verb::ReadFile),
        127 => ("f_sc_nb_1 query log", Verb::ReadFile),
        _ => ("", Verb::Other),
    }
}

/// Bytes of one information element set; `None` where it varies or is not known.
pub(super) fn element_len(type_id: u8) -> Option<usize> {
    Some(match type_id {
        102 => 0,
        1 | 3 | 45..=47 | 70 | 100 | 101 | 105 | 113 => 1,
        5 | 21 | 104 | 106 => 2,
        9 | 11 | 48 | 49 | 110 | 111 => 3,
        2 | 4 | 51 | 122 | 124 => 4,
        6 | 7 | 13 | 15 | 20 | 50 | 112 | 123 => 5,
        10 | 12 | 17 | 120 => 6,
        18 | 19 | 103 | 121 => 7,
        8 | 14 | 16 | 30 | 31 | 58..=60 => 8,
        32 | 107 => 9,
        34 | 35 | 38 | 61 | 62 => 10,
        39 | 40 | 64 => 11,
        33 | 36 | 37 | 63 => 12,
        126 => 13,
        127 => 16,
        _ => return None,
    })
}

/// What an unknown-something cause says.
pub(super) fn unknown(cause: u8) -> Option<&'static str> {
    Some(match cause {
        44 => "unknown type identification",
        45 => "unknown cause of transmission",
        46 => "unknown common address",
        47 => "unknown information object address",
        _ => return None,
    })
}
