"""What the scripts in bin/ do: parse, call the library, print."""
