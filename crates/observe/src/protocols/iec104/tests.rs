use crate::check;

#[test]
fn monitored_values_name_their_objects() {
    check::stream(
        2404,
        &[
            "> 680407000000",
            "< 68040b000000",
            "> 680e02000000640106002f0000000014",
            "< 680e04000000640107002f0000000014",
            "< 6817060000000d8214002f000b00000000ac4100000040c080",
            "< 6820080000001e0203002f00650000010000000c0b0917660000800000000c0b0917680f0a000000050101002f00c800007e00",
            "< 68100c000000090101002f00010000004000",
        ],
        r#"
        > iec104 command 100 "c_ic_na_1 interrogation command" verb=read Request unit=47 ioa:0+1
        < iec104 command 100 "c_ic_na_1 interrogation command" verb=read Response unit=47 ioa:0+1
        < iec104 command 13 "m_me_nc_1 measured value, short floating point" verb=report Response unit=47 ioa:11+2
        < iec104 identity sender unit=47 Address common-address="47"
        < iec104 role sender unit=47 Rtu
        < iec104 value sender unit=47 ioa:11+1 = 21.5
        < iec104 command 30 "m_sp_tb_1 single-point information with time tag cp56time2a" verb=report Unsolicited unit=47 ioa:101+2
        < iec104 value sender unit=47 ioa:101+1 = true
        < iec104 command 5 "m_st_na_1 step position information" verb=report Unsolicited unit=47 ioa:200+1
        < iec104 value sender unit=47 ioa:200+1 = -2
        < iec104 command 9 "m_me_na_1 measured value, normalized" verb=report Unsolicited unit=47 ioa:1+1
        < iec104 value sender unit=47 ioa:1+1 = 0.5
        "#,
    );
}

#[test]
fn commands_operate_points_and_set_values() {
    check::stream(
        2404,
        &[
            "> 680e0e0000002d010600030010270081",
            "< 680e100000002d010700030010270081",
            "> 680e120000002d010600030010270001",
            "< 680e140000002d010a00030010270001",
            "> 680e160000002e010600030011270002",
            "> 6812180000003201060003001227000080a04200",
            "< 68121a0000003201470003001227000080a04200",
        ],
        r#"
        > iec104 command 45 "c_sc_na_1 single command" verb=operate Request unit=3 ioa:10000+1
        < iec104 command 45 "c_sc_na_1 single command" verb=operate Response unit=3 ioa:10000+1
        > iec104 command 45 "c_sc_na_1 single command" verb=operate Request unit=3 ioa:10000+1
        > iec104 value receiver unit=3 ioa:10000+1 = true
        < iec104 command 45 "c_sc_na_1 single command" verb=operate Response unit=3 ioa:10000+1
        > iec104 command 46 "c_dc_na_1 double command" verb=operate Request unit=3 ioa:10001+1
        > iec104 value receiver unit=3 ioa:10001+1 = 2
        > iec104 command 50 "c_se_nc_1 set-point command, short floating point" verb=write Request unit=3 ioa:10002+1
        > iec104 value receiver unit=3 ioa:10002+1 = 80.25
        < iec104 command 50 "c_se_nc_1 set-point command, short floating point" verb=write Response unit=3 ioa:10002+1
        < iec104 outcome 50 Refused status=7 "negative confirmation"
        "#,
    );
}

#[test]
fn the_control_station_sets_the_clock_and_resets_the_process() {
    check::stream(
        2404,
        &[
            "> 68141c00000067010600ffff00000039300c0b4e0b17",
            "> 680e1e00000069010600030000000001",
            "< 680e2000000069012c00030000000001",
            "> 680e2200000065010600030000000085",
            "> 6810240000006f0106000300010300640004",
        ],
        r#"
        > iec104 command 103 "c_cs_na_1 clock synchronization command" verb=set-clock Request ioa:0+1
        > iec104 clock 1699960332345000000
        > iec104 command 105 "c_rp_na_1 reset process command" verb=reset Request unit=3 ioa:0+1
        < iec104 command 105 "c_rp_na_1 reset process command" verb=reset Response unit=3 ioa:0+1
        < iec104 outcome 105 Refused status=44 "unknown type identification"
        > iec104 command 101 "c_ci_na_1 counter interrogation command" verb=write Request unit=3 ioa:0+1
        > iec104 command 111 "p_me_nb_1 parameter of measured value, scaled" verb=configure Request unit=3 ioa:769+1
        "#,
    );
}

#[test]
fn files_move_by_number() {
    check::stream(
        2404,
        &[
            "> 6811260000007a010d00030001000002000002",
            "< 68132800000078010d0003000100000200e8030000",
            "> 68132a00000078010d0003000100000300d0070000",
            "> 68112c0000007a010d00030001000002000004",
            "< 681a2e0000007e01050003000100000300d007000000000c0b4e0b17",
        ],
        r#"
        > iec104 command 122 "f_sc_na_1 call directory, select file, call file, call section" verb=read-file Request unit=3 ioa:1+1
        > iec104 file Read "2" size=None
        < iec104 command 120 "f_fr_na_1 file ready" verb=read-file Response unit=3 ioa:1+1
        > iec104 command 120 "f_fr_na_1 file ready" verb=write-file Request unit=3 ioa:1+1
        > iec104 file Write "3" size=Some(2000)
        > iec104 command 122 "f_sc_na_1 call directory, select file, call file, call section" verb=delete-file Request unit=3 ioa:1+1
        > iec104 file Delete "2" size=None
        < iec104 command 126 "f_dr_ta_1 directory" verb=read-file Response unit=3 ioa:1+1
        < iec104 file List "3" size=Some(2000)
        "#,
    );
}

#[test]
fn objects_that_do_not_fit_their_type_are_a_defect_of_a_command_still_told() {
    check::stream(
        2404,
        &["> 680407000000", "> 6810300000002d0206000300102700011127"],
        r#"
        > iec104 command 45 "c_sc_na_1 single command" verb=operate Request unit=3 ioa:10000+2
        > iec104 value receiver unit=3 ioa:10000+1 = true
        > iec104 malformed truncated at 4
        "#,
    );
}

#[test]
fn it_is_found_on_another_port() {
    check::stream_on_another_port(
        2404,
        &["> 680407000000", "< 68040b000000", "> 680e32000000640106002f0000000014"],
    );
}

#[test]
fn what_is_not_iec104_on_its_port_is_said_once() {
    check::stream(
        2404,
        &["> 45484c4f20612e6578616d706c650d0a", "< 3235302d622e6578616d706c650d0a"],
        r#"< iec104 anomaly WrongProtocol { expected: "iec104" }"#,
    );
}

#[test]
fn control_from_the_test_bed() {
    check::capture(
        "iec104/captures/control.pcap",
        r#"
        < iec104 command 13 "m_me_nc_1 measured value, short floating point" verb=report Unsolicited unit=47 ioa:11+1
        < iec104 identity sender unit=47 Address common-address="47"
        < iec104 role sender unit=47 Rtu
        < iec104 value sender unit=47 ioa:11+1 = 50.53215408325195
        > iec104 command 100 "c_ic_na_1 interrogation command" verb=read Request ioa:0+1
        < iec104 command 100 "c_ic_na_1 interrogation command" verb=read Response unit=47 ioa:0+1
        < iec104 command 1 "m_sp_na_1 single-point information" verb=report Response unit=47 ioa:12+1
        < iec104 value sender unit=47 ioa:12+1 = false
        < iec104 command 13 "m_me_nc_1 measured value, short floating point" verb=report Response unit=47 ioa:11+1
        < iec104 value sender unit=47 ioa:11+1 = 50.57195281982422
        < iec104 command 100 "c_ic_na_1 interrogation command" verb=read Response unit=47 ioa:0+1
        > iec104 command 45 "c_sc_na_1 single command" verb=operate Request unit=47 ioa:21+1
        > iec104 value receiver unit=47 ioa:21+1 = true
        < iec104 command 45 "c_sc_na_1 single command" verb=operate Response unit=47 ioa:21+1
        > iec104 command 45 "c_sc_na_1 single command" verb=operate Request unit=47 ioa:21+1
        > iec104 value receiver unit=47 ioa:21+1 = false
        < iec104 command 45 "c_sc_na_1 single command" verb=operate Response unit=47 ioa:21+1
        > iec104 command 46 "c_dc_na_1 double command" verb=operate Request unit=47 ioa:22+1
        > iec104 value receiver unit=47 ioa:22+1 = 2
        < iec104 command 46 "c_dc_na_1 double command" verb=operate Response unit=47 ioa:22+1
        > iec104 command 46 "c_dc_na_1 double command" verb=operate Request unit=47 ioa:22+1
        > iec104 value receiver unit=47 ioa:22+1 = 1
        < iec104 command 46 "c_dc_na_1 double command" verb=operate Response unit=47 ioa:22+1
        < iec104 command 13 "m_me_nc_1 measured value, short floating point" verb=report Unsolicited unit=47 ioa:11+1
        < iec104 value sender unit=47 ioa:11+1 = 50.859588623046875
        > iec104 command 50 "c_se_nc_1 set-point command, short floating point" verb=write Request unit=47 ioa:23+1
        > iec104 value receiver unit=47 ioa:23+1 = 99.5
        < iec104 command 50 "c_se_nc_1 set-point command, short floating point" verb=write Response unit=47 ioa:23+1
        > iec104 command 101 "c_ci_na_1 counter interrogation command" verb=read Request unit=47 ioa:0+1
        < iec104 command 101 "c_ci_na_1 counter interrogation command" verb=read Response unit=47 ioa:0+1
        < iec104 command 101 "c_ci_na_1 counter interrogation command" verb=read Response unit=47 ioa:0+1
        > iec104 command 103 "c_cs_na_1 clock synchronization command" verb=set-clock Request unit=47 ioa:0+1
        > iec104 clock 1795378809320000000
        < iec104 command 103 "c_cs_na_1 clock synchronization command" verb=set-clock Response unit=47 ioa:0+1
        > iec104 command 107 "c_ts_ta_1 test command with time tag" verb=diagnose Request unit=47 ioa:0+1
        < iec104 command 107 "c_ts_ta_1 test command with time tag" verb=diagnose Response unit=47 ioa:0+1
        > iec104 command 100 "c_ic_na_1 interrogation command" verb=read Request unit=99 ioa:0+1
        < iec104 command 100 "c_ic_na_1 interrogation command" verb=read Response unit=99 ioa:0+1
        < iec104 outcome 100 Refused status=7 "negative confirmation"
        < iec104 command 100 "c_ic_na_1 interrogation command" verb=read Response unit=99 ioa:0+1
        < iec104 outcome 100 Refused status=46 "unknown common address"
        "#,
    );
}

#[test]
fn real_captures() {
    check::shared(
        "iec104/zeek-iec104__iec104.pcap",
        &[
            "iec104 45 c_sc_na_1 single command=6",
            "iec104 36 m_me_tf_1 measured value, short floating point with time tag cp56time2a=3",
            "iec104 100 c_ic_na_1 interrogation command=6",
        ],
    );
    check::shared(
        "iec104/ipal_datasets__train.pcap",
        &[
            "iec104 50 c_se_nc_1 set-point command, short floating point=96",
            "iec104 102 c_rd_na_1 read command=64",
        ],
    );
}
