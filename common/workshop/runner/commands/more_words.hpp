#pragma once

#include "workshop/runner/commands/command.hpp"

namespace workshop::runner {

// The words of the commands whose code is in `workshop-more` (more/): `workshop` lists them in its
// --help and hands them over.

inline constexpr Command kPlayWords = {
    .name = "play",
    .description = "Choose the steps of an execution yourself, on a page",
    .example = "scripts/workshop play 8 --test booked",
    .audience = Audience::attendee,
    .usage =
        "LAB [--test NAME] [--solution | --mistake NAME] [--port PORT] [--no-open] [--timeout "
        "SECONDS] [--preset PRESET]"};

inline constexpr Command kJoinWords = {
    .name = "join",
    .description = "Let the instructor's board see your verdicts",
    .example = "scripts/workshop join 192.168.1.5:4711 KAT5WZ Ann",
    .audience = Audience::attendee,
    .usage = "ADDRESS CODE [NAME]"};

inline constexpr Command kLeaveWords = {.name = "leave",
                                        .description = "Leave the board, which forgets you",
                                        .example = "scripts/workshop leave",
                                        .audience = Audience::attendee};

inline constexpr Command kHandWords = {
    .name = "hand",
    .description = "Raise your hand on the board, or take it down",
    .example = "scripts/workshop hand",
    .audience = Audience::attendee,
    .usage = "[--down]"};

inline constexpr Command kReportWords = {
    .name = "report",
    .description = "Send the board where you stand, or show what it is sent",
    .example = "scripts/workshop report --show",
    .audience = Audience::attendee,
    .usage = "[LAB] [--show]"};

inline constexpr Command kNewProjectWords = {
    .name = "new-project",
    .description = "Begin a project of your own: a handler to explore, with the kit beside it",
    .example = "scripts/workshop new-project ../my-handlers",
    .audience = Audience::attendee,
    .usage = "FOLDER"};

inline constexpr Command kEnginesWords = {
    .name = "engines",
    .description = "Start and stop RabbitMQ, PostgreSQL and others on this machine alone",
    .example = "scripts/workshop engines up rabbitmq postgresql",
    .audience = Audience::attendee,
    .usage = "up|down|status [ENGINE...]"};

inline constexpr Command kShopWords = {
    .name = "shop",
    .description = "Run the gift shop of labs 12 to 15 on real engines, kill it, audit it",
    .example = "scripts/workshop shop --lab 12 --orders 1000 --chaos 0.05",
    .audience = Audience::attendee,
    .usage =
        "[--lab LAB] [--solution | --mistake NAME] [--broker BROKER] [--store STORE] [--orders "
        "COUNT] [--chaos PROBABILITY] [--kills COUNT] [--seed NUMBER] [--folder FOLDER] [--preset "
        "PRESET]"};

inline constexpr Command kMobWords = {
    .name = "mob",
    .description = "A page for a mob: clock, roles, verdicts as files are saved, hints",
    .example = "scripts/workshop mob 8 Ann Bea Cem",
    .audience = Audience::instructor,
    .usage =
        "LAB [NAME...] [--turn MINUTES] [--every MINUTES] [--break MINUTES] [--port PORT] "
        "[--no-open] [--poll] [--checks COUNT] [--timeout SECONDS] [--preset PRESET]"};

inline constexpr Command kBoardWords = {
    .name = "board",
    .description = "See where a class stands: verdicts that attendees send, never their code",
    .example = "scripts/workshop board --listen",
    .audience = Audience::instructor,
    .usage =
        "[--listen] [--port PORT] [--page-port PORT] [--no-open] [--preset PRESET] [--folders "
        "DIR...] [--lab LAB] [--junit FILE] [--json] [--build PRESET] [--timeout SECONDS]"};

inline constexpr Command kAgendaWords = {
    .name = "agenda",
    .description = "When what happens on the two days",
    .example = "scripts/workshop agenda --late 30 --from 13:25",
    .audience = Audience::instructor,
    .usage = "[--day DAY] [--late MINUTES] [--from TIME] [--break MINUTES] [--lunch MINUTES]"};

inline constexpr Command kSlidesWords = {
    .name = "slides",
    .description = "Make the slides: one HTML file of each part",
    .example = "scripts/workshop slides 2 --pdf",
    .audience = Audience::instructor,
    .usage = "[PART] [--pdf] [--preset PRESET]"};

inline constexpr Command kGuideWords = {
    .name = "guide",
    .description = "Make the instructor's page on each lab, with what to show, ask and cut",
    .example = "scripts/workshop guide 8",
    .audience = Audience::instructor,
    .usage = "[LAB] [--output FOLDER] [--preset PRESET]"};

inline constexpr Command kMistakesWords = {.name = "mistakes",
                                           .description = "Keep the mistakes beside the solutions",
                                           .example = "scripts/workshop mistakes update 8",
                                           .audience = Audience::maintainer};

inline constexpr Command kNewLabWords = {
    .name = "new-lab",
    .description = "Begin a lab that is red for the right reason",
    .example = "scripts/workshop new-lab 16 durable-timers",
    .audience = Audience::maintainer};

inline constexpr Command kReductionsWords = {
    .name = "reductions",
    .description = "Compare what a program's explorations come to with and without a reduction",
    .example =
        "scripts/workshop reductions --program build/kit/labs/08-identity-deduplication/lab08 "
        "--second 'time=60 sleep-sets'",
    .audience = Audience::hidden};

inline constexpr Command kCompletionWords = {
    .name = "completion",
    .description = "What a shell reads to complete commands, options and labs",
    .example = "scripts/workshop completion bash",
    .audience = Audience::maintainer};

inline constexpr Command kInspectWords = {
    .name = "inspect",
    .description = "Check the catalog, the documents and what they show",
    .example = "scripts/workshop inspect catalog",
    .audience = Audience::hidden};

}  // namespace workshop::runner
