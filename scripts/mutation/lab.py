"""What a build folder knows of a lab: its solution's file, and how its program is compiled and linked."""

import hashlib
import json
import re
import subprocess
from pathlib import Path


def equivalents_of(lab_name):
    """The file with the lab's mutants that are right."""
    return Path(__file__).resolve().parent / "equivalent" / f"{lab_name}.txt"


class Refused(Exception):
    """What is asked for cannot be done; the text names it and the mend."""


def resources_of(compiler):
    """What libclang needs to find the compiler's own headers."""
    told = subprocess.run([compiler, "-print-resource-dir"], capture_output=True, text=True)
    if told.returncode != 0:
        raise Refused(f"{compiler} is no Clang, whose headers libclang needs; mend: configure with Clang")
    return ["-resource-dir", told.stdout.strip()]


class Lab:
    def __init__(self, root, build, number):
        self.root, self.build, self.number = root, build, f"{int(number):02}"
        found = sorted((root / "solutions").glob(self.number + "-*"))
        if not found:
            raise Refused(f"there is no solution of a lab {number}; mend: scripts/workshop list")
        self.solution = found[0]
        self.name = found[0].name
        lists = (self.solution / "CMakeLists.txt").read_text()
        self.path = re.search(r"SOURCES\s+(\S+)", lists).group(1)  # src/handler.cpp, from the solution's folder
        self.source = self.solution / self.path
        self.target = f"labs/{self.name}/solution/lab{self.number}_solution"

    @property
    def is_specification(self):
        return self.path.endswith(".tla")

    @property
    def folder(self):
        """For what is made of the lab here."""
        return self.build / "mutants" / self.number

    @property
    def equivalents(self):
        return equivalents_of(self.name)

    def text(self):
        return self.source.read_bytes().decode("latin-1")

    def parse_arguments(self):
        """What libclang needs to read the file."""
        entries = json.loads((self.build / "compile_commands.json").read_text())
        command = next((one["command"] for one in entries if one["file"] == str(self.source)), None)
        if command is None:
            raise Refused(f"{self.build} knows no command for {self.source}; mend: cmake --preset kit")
        wanted = re.findall(r"(?<= )(-I\s*\S+|-isystem \S+|-D\S+|-std=\S+)", command)
        arguments = [part for one in wanted for part in one.split()]
        compiler = command.split()[0]
        return arguments + resources_of(compiler)


class Program:
    """How the lab's program is made with another file in the place of the solution's."""

    def __init__(self, lab):
        self.lab = lab
        ninja = subprocess.run(["ninja", "-C", lab.build, lab.target], capture_output=True, text=True)
        if ninja.returncode != 0:
            raise Refused(f"the solution of lab {lab.number} does not build:\n{ninja.stdout}{ninja.stderr}")
        self.link = self._last_command(lab.target).removeprefix(": && ").removesuffix(" && :")
        objects = re.findall(rf"\S+/lab{lab.number}_solution\.dir/\S+\.o\b", self.link)
        if len(objects) != 1:
            raise Refused(f"the program of lab {lab.number} has {len(objects)} files of its own, not one")
        self.object = objects[0]
        self.compile = self._last_command(self.object)
        self.inputs = self._digest()

    def _last_command(self, target):
        told = subprocess.run(["ninja", "-C", self.lab.build, "-t", "commands", "-s", target], capture_output=True, text=True, check=True)
        return told.stdout.strip().splitlines()[-1]

    def _digest(self):
        """Of all that the program is linked from, the solution's own code among it, and of the commands."""
        digest = hashlib.sha256((self.link + self.compile).encode())
        for name in re.findall(r"\S+\.(?:o|a)(?= |$)", self.link):
            path = self.lab.build / name
            if path.is_relative_to(self.lab.build):
                digest.update(path.read_bytes())
        return digest.hexdigest()

    def compile_command(self, source, object_file):
        """Compiles `source` as the solution's file is compiled: warnings are no errors, and there is nothing to debug."""
        command = re.sub(r" -Werror(?= )| -g(?= )| -MD(?= )| -M[TF] \S+", "", self.compile)
        command = re.sub(r" -o \S+ -c \S+", f" -I{self.lab.source.parent} -g0 -o {object_file} -c {source}", command)
        return command

    def link_command(self, object_file, program):
        command = self.link.replace(" " + self.object + " ", f" {object_file} ")
        return command.replace(f" -o {self.lab.target} ", f" -Wl,-S -o {program} ")

    def specification_source(self, text_file, source):
        """Writes the source that names a specification."""
        template = (self.lab.root / "cmake" / "spec_file.cpp.in").read_text()
        source.write_text(template.replace("@WORKSHOP_SPEC_FILE@", str(text_file))
                          .replace("@WORKSHOP_LAB_FOLDER@", str(self.lab.root / "labs" / self.lab.name)))
