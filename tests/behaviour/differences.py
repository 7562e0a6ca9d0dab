# SPDX-License-Identifier: BSD-3-Clause
"""Where we differ from shadow 4.13 (Debian 12) and 4.17 (Debian 13) on purpose.

Run with TOOL_UNDER_TEST=shadow, every test listed here must fail and every other must pass: an agreement that nobody
expected is a failure, too. A key is module::function, which stands for all its cases, or module::function[a-b], the
cases that have the parameters a and b.
"""

_BY_REASON = {
    "What was asked for": {
        "shadow has no options; these are bad pids to it":
            ("test_request::test_information_on_request",),
        "the usage knows fd:N since shadow 4.14":
            ("test_request::test_usage_text", "test_descriptor::test_descriptor_of_a_process_directory"),
        "shadow writes an empty map, which fails, and denies setgroups before that":
            ("test_request::test_no_triples", "test_setgroups::test_no_triples_change_nothing"),
        "since shadow 4.14 the line has the program's name and other words":
            ("test_request::test_arity_text",),
        "shadow looks at the target first":
            ("test_request::test_request_is_judged_before_target",),
        "shadow reads hexadecimal, octal, signs and blanks: a typing mistake becomes another number":
            ("test_request::test_malformed_number_is_refused[hex]",
             "test_request::test_malformed_number_is_refused[hex_upper]",
             "test_request::test_malformed_number_is_refused[octal]",
             "test_request::test_malformed_number_is_refused[leading_zero]",
             "test_request::test_malformed_number_is_refused[double_zero-inside]",
             "test_request::test_malformed_number_is_refused[double_zero-outside]",
             "test_request::test_malformed_number_is_refused[plus]",
             "test_request::test_malformed_number_is_refused[minus_zero-inside]",
             "test_request::test_malformed_number_is_refused[minus_zero-outside]",
             "test_request::test_malformed_number_is_refused[wraps_to_one]",
             "test_request::test_malformed_number_is_refused[blank_before]",
             "test_request::test_malformed_number_is_refused[tab_before]",
             "test_setgroups::test_bad_request_changes_nothing[malformed]"),
        "since shadow 4.17 a count of 0 and 20 digits are an overflow":
            ("test_request::test_overflow_text[count_0]", "test_request::test_overflow_text[20_nines]"),
        "shadow leaves overlaps to the kernel, after it has denied setgroups":
            ("test_setgroups::test_bad_request_changes_nothing[twice]",
             "test_setgroups::test_bad_request_changes_nothing[overlapping_outside]"),
    },
    "Whom it is for": {
        "shadow takes these for pids: blanks, signs and zeros are skipped":
            ("test_target::test_odd_spelling_of_a_pid[blank_before]",
             "test_target::test_odd_spelling_of_a_pid[leading_zero]",
             "test_target::test_odd_spelling_of_a_pid[plus]", "test_target::test_odd_spelling_of_a_pid[tab]"),
        "shadow looks for such a process before 4.14, and prints no usage":
            ("test_target::test_no_pid[zero]", "test_target::test_no_pid[minus_one]",
             "test_target::test_odd_spelling_of_a_pid[minus]"),
        "shadow takes no pidfd: what fd:N is in its usage is the directory":
            ("test_pidfd::test_live_process", "test_pidfd::test_process_that_has_ended_is_named",
             "test_pidfd::test_process_of_another_user_is_named",
             "test_pidfd::test_process_of_another_pid_namespace_is_named", "test_pidfd::test_thread_by_its_pidfd",
             "test_hidepid::test_own_process_by_pidfd"),
        "the line has the error's text since shadow 4.14":
            ("test_target::test_process_that_is_gone_text",),
        "the line lost the pid in shadow 4.14":
            ("test_owner::test_owner_text", "test_upstream::test_another_primary_group_text"),
        "shadow opens the map as root, so it maps what is root's to map":
            ("test_target::test_map_file_is_roots",),
        "a uid that no source knows may use lines with that uid, and its own id":
            ("test_grants::test_caller_without_passwd_entry",),
        "shadow gives a user whose name is 5001 what is meant for uid 5001":
            ("test_grants::test_digits_are_a_uid",),
    },
    "What is believed": {
        "shadow grants every id, or all from the start, for counts it cannot hold (fixed in 4.20)":
            ("test_subid_file::test_void_line[zero_everything]", "test_subid_file::test_void_line[minus_one_from_0]",
             "test_subid_file::test_void_line[minus_one_from_1]", "test_subid_file::test_void_line[2_to_64_less_1]",
             "test_subid_file::test_void_line[past_2_to_32]",
             "test_subid_file::test_void_line[count_2_to_32_from_1]"),
        "since shadow 4.18 there are exactly three fields":
            ("test_subid_file::test_void_line[fourth_field]", "test_subid_file::test_void_line[empty_fourth_field]"),
        "shadow reads hexadecimal, octal, signs and blanks in the file, too":
            ("test_subid_file::test_void_line[hex_start]", "test_subid_file::test_void_line[hex_count]",
             "test_subid_file::test_void_line[octal_start]", "test_subid_file::test_void_line[octal_count]",
             "test_subid_file::test_void_line[plus_start]", "test_subid_file::test_void_line[plus_count]",
             "test_subid_file::test_void_line[blank_before_start]",
             "test_subid_file::test_void_line[blank_before_count]"),
        "shadow gives up a file with a NUL byte, without a word":
            ("test_subid_file::test_void_line[nul_first]", "test_subid_file::test_void_line[nul_in_owner]",
             "test_subid_file::test_void_line[nul_in_number]", "test_subid_file::test_void_line[nul_after]",
             "test_subid_file::test_void_line[nul_and_more]", "test_subid_file::test_void_line[nul_hides_line]",
             "test_subid_file::test_neighbours_of_a_void_line[nul_in_owner]",
             "test_subid_file::test_neighbours_of_a_void_line[nul_in_number]",
             "test_subid_file::test_neighbours_of_a_void_line[nul_after]",
             "test_subid_file::test_neighbours_of_a_void_line[nul_and_more]",
             "test_subid_file::test_neighbours_of_a_void_line[nul_hides_line]"),
        "shadow does not look at owner and mode, and reads as root":
            ("test_subid_file::test_file_the_caller_may_write", "test_subid_file::test_file_the_caller_may_not_read",
             "test_subid_file::test_file_an_access_control_list_lets_the_caller_write",
             "test_grants::test_files_the_caller_may_write",
             "test_owner::test_login_defs_the_caller_may_write"),
        "shadow follows no symlink and says nothing":
            ("test_subid_file::test_symlink", "test_subid_file::test_symlink_to_a_file_of_the_caller",
             "test_subid_file::test_odd_file[symlink_loop]", "test_subid_file::test_odd_file[dangling_symlink]"),
        "shadow says nothing about a file that it cannot open":
            ("test_subid_file::test_odd_file[directory]", "test_subid_file::test_odd_file[socket]",
             "test_subid_file::test_missing_file"),
        "shadow needs the file for the own id, too":
            ("test_subid_file::test_missing_file_and_own_id", "test_setgroups::test_own_gid_needs_no_file"),
        "shadow reads an endless device for ever":
            ("test_subid_file::test_odd_file[endless_device]",),
    },
    "How it runs": {
        "shadow keeps euid 0, which opens nothing with a file capability beside the bit or a poor bounding set":
            ("test_privilege::test_both_marks_at_once", "test_privilege::test_outside_root_gid[both]",
             "test_privilege::test_poor_bounding_set", "test_privilege::test_only_the_needed_capability",
             "test_hidepid::test_own_process_and_poor_bounding_set"),
        "shadow looks for the target as root, whom hidepid hides nothing from":
            ("test_hidepid::test_process_of_another_user_looks_like_none",),
        "shadow hands the kernel what was asked for, which it refuses across two lines of the parent's map":
            ("test_nested::test_request_over_a_boundary", "test_nested::test_request_over_every_boundary",
             "test_nested::test_groups_after_a_cut", "test_nested::test_container_root_and_the_rest",
             "test_nested::test_most_pieces", "test_nested::test_one_piece_too_many",
             "test_nested::test_pieces_with_too_long_a_text", "test_levels::test_every_level_that_there_can_be"),
        "shadow leaves a lack of privilege to the kernel, which takes the own id without any":
            ("test_privilege::test_own_id_without_privilege",),
        "the loader of a dynamic program answers LD_DEBUG":
            ("test_start_conditions::test_hostile_environment",),
        "shadow shows argv[0] in its messages until 4.15":
            ("test_start_conditions::test_name_it_is_called_by[empty]",
             "test_start_conditions::test_name_it_is_called_by[escapes]",
             "test_start_conditions::test_name_it_is_called_by[login]",
             "test_start_conditions::test_name_it_is_called_by[long]",
             "test_start_conditions::test_name_it_is_called_by[sh]",
             "test_start_conditions::test_name_it_is_called_by[uid-newgidmap]",
             "test_start_conditions::test_name_it_is_called_by[gid-newuidmap]"),
        "the caller's timer kills shadow":
            ("test_start_conditions::test_timer_goes_off_while_running",),
        "a closed stderr kills shadow, which runc and crun take for success":
            ("test_output::test_closed_pipe",),
    },
    "What is said": {
        "shadow's lines are separate writes":
            ("test_output::test_one_write[arity]",),
        "shadow repeats no words that are wrong, so it has none to escape":
            ("test_output::test_odd_bytes_are_escaped",),
        "shadow does not say why":
            ("test_grants::test_refusal_names_user_and_file",
             "test_grants::test_refusal_tells_no_grants_from_a_shorter_one",
             "test_output::test_every_line_has_its_place",
             "test_owner::test_reason_tells_user_from_group",
             "test_nested::test_hole_is_named",
             "test_privilege::test_bounding_set_is_named", "test_privilege::test_missing_setfcap_is_named",
             "test_privilege::test_no_new_privs_is_named", "test_privilege::test_nosuid_mount_is_named",
             "test_privilege::test_plain_copy_is_named",
             "test_request::test_341_extents_name_the_limit", "test_request::test_large_number_is_named",
             "test_request::test_malformed_number_is_named", "test_request::test_overlap_names_both_triples",
             "test_request::test_too_many_bytes_name_the_limit",
             "test_target::test_bad_target_is_named"),
    },
}

# Which of these are none any more in Debian 13: shadow changed, but for hostile_environment, which its loader did.
_ENDED_IN_13 = (
    "test_descriptor::test_descriptor_of_a_process_directory", "test_owner::test_owner_text",
    "test_request::test_arity_text", "test_request::test_malformed_number_is_refused[wraps_to_one]",
    "test_request::test_no_triples[uid]", "test_request::test_overflow_text[count_0]",
    "test_request::test_overflow_text[20_nines]", "test_request::test_usage_text",
    "test_start_conditions::test_hostile_environment", "test_start_conditions::test_name_it_is_called_by",
    "test_subid_file::test_void_line[minus_one_from_0]", "test_subid_file::test_void_line[minus_one_from_1]",
    "test_target::test_no_pid", "test_target::test_odd_spelling_of_a_pid[minus]",
    "test_target::test_process_that_is_gone_text", "test_upstream::test_another_primary_group_text",
)

_BEGUN_IN_13 = {
    "shadow reads the number of a descriptor with signs, blanks and zeros, too":
        ("test_descriptor::test_odd_spelling_of_a_descriptor[fd:+{}]",
         "test_descriptor::test_odd_spelling_of_a_descriptor[fd: {}]",
         "test_descriptor::test_odd_spelling_of_a_descriptor[fd:0{}]"),
    "glibc 2.38 reads binary numbers":
        ("test_request::test_malformed_number_is_refused[binary]",),
    "shadow prints the usage in a write of its own":
        ("test_output::test_one_write[gone]", "test_output::test_one_write[too_large]"),
}


def differences(debian):
    """Key and reason of every difference from the pair of this release of Debian, and the keys to except from them."""
    listed = {key: reason for topic in _BY_REASON.values() for reason, keys in topic.items() for key in keys}
    if debian < 13:
        return listed, ()
    return listed | {key: reason for reason, keys in _BEGUN_IN_13.items() for key in keys}, _ENDED_IN_13
