"""When proctors are there, and which learners have chosen a time with them."""
