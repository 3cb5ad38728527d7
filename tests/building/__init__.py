"""From solutions/ and exercises to notebooks, public cases, the zip for a class and web pages."""
