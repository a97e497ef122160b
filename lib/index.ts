export { ArgumentError, EnvironmentError, FileError, ScratchError, ShapeError } from "./errors";
