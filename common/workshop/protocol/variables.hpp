#pragma once

/// The environment variables by which the kit's programs tell each other, and people tell them,
/// what to do. A switch is on when its variable is set to anything but nothing.
namespace workshop::protocol::variable {

// From the runner to a test program.

/// The file that the test program appends its results to (result_file.hpp). Unset or set to
/// nothing: it writes none.
inline constexpr const char* kResultFile = "WORKSHOP_RESULT_FILE";
/// The folder for pictures. Set to nothing, none are written; unset, it is `pictures` in the folder
/// of the build.
inline constexpr const char* kPictures = "WORKSHOP_PICTURES";
/// A switch: each picture says where its execution is lost, which takes time; else only that of the
/// first test that fails does.
inline constexpr const char* kNoReturn = "WORKSHOP_NO_RETURN";
/// If it is set, each picture is written for a slide as well.
inline constexpr const char* kSlidePictures = "WORKSHOP_SLIDE_PICTURES";
/// For the program of docs/comparison: the one algorithm and situation that it shall explore, as
/// "VARIANT: SITUATION".
inline constexpr const char* kComparison = "WORKSHOP_COMPARISON";
/// The schedule to follow instead of exploring.
inline constexpr const char* kReplay = "WORKSHOP_REPLAY";
/// A switch, with kReplay: where the program does something else than the schedule says, it is
/// followed as far as it fits.
inline constexpr const char* kReplayLoosely = "WORKSHOP_REPLAY_LOOSELY";
/// With kReplay, a number: SIGTRAP is raised before this step, for a debugger.
inline constexpr const char* kStopAt = "WORKSHOP_STOP_AT";
/// What each exploration shall do beyond what its test says: words of explore_words.hpp, apart by
/// blanks.
inline constexpr const char* kExplore = "WORKSHOP_EXPLORE";
/// The folder to write executions into, as a trace in TLA+.
inline constexpr const char* kAsTrace = "WORKSHOP_AS_TRACE";
/// With kAsTrace: how many executions.
inline constexpr const char* kTraceCount = "WORKSHOP_TRACE_COUNT";
/// With kAsTrace: the seed that draws them.
inline constexpr const char* kTraceSeed = "WORKSHOP_TRACE_SEED";
/// Two descriptors, "3 4": a play session (play.hpp) of an exploration reads commands from the
/// first and writes answers to the second. With kReplay it is the exploration that this schedule
/// belongs to, else the first one of the tests that run.
inline constexpr const char* kPlay = "WORKSHOP_PLAY";
/// What the replay command of a story has before its schedule: kHidesRightRun. Unset: nothing.
inline constexpr const char* kReplayOptions = "WORKSHOP_REPLAY_OPTIONS";
/// The option that keeps the right run out of a picture, which a room shall not see yet.
inline constexpr const char* kHidesRightRun = "--no-diff";
/// A switch: stories have no character beyond ASCII.
inline constexpr const char* kAscii = "WORKSHOP_ASCII";
/// A switch: the result file has each story with a terminal's colours as well.
inline constexpr const char* kColor = "WORKSHOP_COLOR";
/// The columns that a story may take, 40 or more.
inline constexpr const char* kColumns = "COLUMNS";

// From a test to a program that it starts.

/// Set in the process of a testing::ChildProcess.
inline constexpr const char* kChildOfTest = "WORKSHOP_CHILD_OF_TEST";
/// CPU milliseconds that a handler may use between two operations; unset: 5,000.
inline constexpr const char* kSpinMs = "WORKSHOP_SPIN_MS";

// From scripts/workshop to the runner.

/// The folder of the checkout. Unset: the one that holds the current folder.
inline constexpr const char* kRoot = "WORKSHOP_ROOT";
/// The script that started the program `workshop`, which also starts `workshop-more`.
inline constexpr const char* kScript = "WORKSHOP_SCRIPT";
/// A switch, for that script: what is built is started as it is.
inline constexpr const char* kAsBuilt = "WORKSHOP_AS_BUILT";

// From people.

/// The lowest level of the lines that are logged: debug, info, warning, error or off. Unset: off.
inline constexpr const char* kLog = "WORKSHOP_LOG";
/// Set at all: a check of a README writes the file anew instead.
inline constexpr const char* kUpdateReadmes = "WORKSHOP_UPDATE_READMES";
/// Set at all: the check of the planted bugs' stories writes the file anew instead.
inline constexpr const char* kUpdateStories = "WORKSHOP_UPDATE_STORIES";
/// The folder that has bin/java. Unset: java is looked for along PATH.
inline constexpr const char* kJavaHome = "JAVA_HOME";
/// TLC's archive. Unset: the one that scripts/setup gets (model_checker.hpp).
inline constexpr const char* kTlcJar = "TLA2TOOLS_JAR";

}  // namespace workshop::protocol::variable
