from autograder.start import main

main()
