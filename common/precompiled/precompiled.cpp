// Empty: precompiled.hpp needs a target with a source file to be compiled for.
